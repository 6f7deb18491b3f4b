// Boxes and arrows as SVG.
import type { Theme } from './options.js';
import { lay } from './layout.js';
import { px, svgOf, text, textWidth, type Point } from './svg.js';

export interface GraphBox {
  readonly lines: readonly string[];
  readonly inputs: readonly number[];
  /** Whether it is an input or output, drawn with round ends. */
  readonly round?: boolean;
  readonly late?: boolean;
}

export interface GraphPicture {
  readonly title: string;
  readonly description: string;
  readonly theme: Theme;
  readonly direction: 'down' | 'right';
  /** Shown below the title. */
  readonly note?: string;
}

const LINE = 16;
const MARGIN = 24;

const widthOf = ({ lines }: GraphBox): number =>
  24 + lines.reduce((most, content) => Math.max(most, textWidth(content)), 0);
const heightOf = ({ lines }: GraphBox): number => 16 + LINE * lines.length;

function drawBox({ lines, round }: GraphBox, [x, y]: Point, width: number, height: number): string {
  const [left, top] = [x - width / 2, y - height / 2];
  const corner = round ? Math.min(17, height / 2) : 4;
  const rows = lines.map(
    (content, i) =>
    text(x, y + 4 + (i - (lines.length - 1) / 2) * LINE, 'middle', content, i === 0 && lines.length > 1 ? ' font-weight="600"' : ''), // prettier-ignore
  );
  return `<rect class="box" x="${px(left)}" y="${px(top)}" width="${px(width)}" height="${px(height)}" rx="${corner}"/>${rows.join('')}`;
}

/** A curve through points, straight along the direction at each, with an arrow at its end. */
function drawEdge(points: readonly Point[], down: boolean): string {
  const [[x0, y0] = [0, 0], ...rest] = points;
  let [x, y] = [x0, y0];
  let path = `M${px(x)},${px(y)}`;
  for (const [toX, toY] of rest) {
    const bend = (down ? toY - y : toX - x) / 2;
    const [a, b] = down ? [[x, y + bend], [toX, toY - bend]] as const : [[x + bend, y], [toX - bend, toY]] as const; // prettier-ignore
    path += `C${px(a[0])},${px(a[1])} ${px(b[0])},${px(b[1])} ${px(toX)},${px(toY)}`;
    [x, y] = [toX, toY];
  }
  const tip = down ? `M${px(x - 4)},${px(y - 6)}L${px(x)},${px(y)}l4,-6` : `M${px(x - 6)},${px(y - 4)}L${px(x)},${px(y)}l-6,4`; // prettier-ignore
  return `<path class="axis edge" fill="none" d="${path}${tip}"/>`;
}

/** Boxes in ranks from top to bottom or from left to right. */
export function graphPicture(boxes: readonly GraphBox[], picture: GraphPicture): string {
  const { title, note = '', direction } = picture;
  const down = direction === 'down';
  const sizes = boxes.map((box) => [widthOf(box), heightOf(box)] as const);
  const across = (i: number): number => sizes[i]?.[down ? 0 : 1] ?? 0;
  const along = (i: number): number => sizes[i]?.[down ? 1 : 0] ?? 0;
  const laid = lay(boxes.map(({ inputs, late = false }, i) => ({ across: across(i), inputs, late })));
  const thick = Array.from({ length: laid.ranks }, () => 0);
  laid.places.forEach(({ rank }, i) => (thick[rank] = Math.max(thick[rank] ?? 0, along(i))));
  const top = note ? 62 : 44;
  let end = down ? top : MARGIN;
  const middles = thick.map((size) => {
    const middle = end + size / 2;
    end += size + (down ? 30 : 44);
    return middle;
  });
  const width = Math.max((down ? laid.across + MARGIN : end - 44) + MARGIN, MARGIN + textWidth(title, 16) + MARGIN, 2 * MARGIN + textWidth(note)); // prettier-ignore
  const height = (down ? end - 30 : top + laid.across) + MARGIN;
  const start = down ? (width - laid.across) / 2 : top;
  const place = (a: number, rank: number, more = 0): Point => {
    const [main, side] = [(middles[rank] ?? 0) + more, start + a];
    return down ? [side, main] : [main, side];
  };
  let edge = 0;
  const edges = boxes.flatMap(({ inputs }, i) =>
    inputs.map((input) => {
      const [from, to] = [laid.places[input]!, laid.places[i]!];
      const bends = (laid.bends[edge++] ?? []).flatMap((at, k) => {
        const half = (thick[from.rank + 1 + k] ?? 0) / 2;
        return [place(at, from.rank + 1 + k, -half), place(at, from.rank + 1 + k, half)];
      });
      const points = [place(from.across, from.rank, along(input) / 2), ...bends, place(to.across, to.rank, -along(i) / 2)]; // prettier-ignore
      return drawEdge(points, down);
    }),
  );
  const drawn = boxes.map((box, i) => {
    const { rank, across: at } = laid.places[i]!;
    return drawBox(box, place(at, rank), sizes[i]![0], sizes[i]![1]);
  });
  const heading = text(MARGIN, 24, 'start', title, ' class="title"') + (note && text(MARGIN, 44, 'start', note));
  return svgOf({ ...picture, width, height, content: [heading, ...edges, ...drawn] });
}

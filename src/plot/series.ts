// One series of a chart in pixels, and its key in the legend.
import { clipped, isInside, type Frame } from './clip.js';
import { COLOURS, px, type Point } from './svg.js';

/** Values drawn in one colour. */
export interface Series {
  /** Its entry in the legend. */
  readonly name: string;
  /** A line is interrupted where a coordinate is NaN. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /**
   * `'line'` (default), with dots when there are few points; `'dots'`; `'bars'` from zero, side by side with those of
   * other series; `'guide'`: a thin grey line that is not in the legend.
   */
  readonly style?: 'line' | 'dots' | 'bars' | 'guide' | undefined;
  /** Number of its colour. Default: its position among the series in the legend. */
  readonly colour?: number | undefined;
  /** Whether its line is dashed. Default: only when there are more series than colours. */
  readonly dashed?: boolean | undefined;
}

/** How a series is drawn. */
export interface Look {
  readonly colour: number;
  readonly dash: string;
  /** Whether each point of a line has a dot. */
  readonly dotted: boolean;
}

const DASHES = ['', '6 3', '2 3', '8 3 2 3'];
/** Lines with more points than this have no dots. */
const FEW = 40;
/** More dots than this are drawn once in four pixels, without an edge. */
const MANY = 2000;

export function lookOf({ style, points, colour, dashed }: Series, index: number): Look {
  const cycle = Math.floor(index / COLOURS);
  const dash = dashed === undefined && colour === undefined ? cycle : Number(dashed ?? false);
  return {
    colour: (colour ?? index) % COLOURS,
    dash: DASHES[dash % DASHES.length] ?? '',
    dotted: (style ?? 'line') === 'line' && points.length <= FEW,
  };
}

/** Dots as one path: lines without length, with round ends. */
function dotsOf(points: readonly Point[], size: number): string {
  if (points.length === 0) return '';
  const places = points.map(([x, y]) =>
    points.length > MANY ? [2 * Math.round(x / 2), 2 * Math.round(y / 2)] : [x, y],
  );
  const drawn = new Set(places.map(([x = 0, y = 0]) => `M${px(x)},${px(y)}h0`));
  return `<path stroke="currentColor" stroke-width="${size}" stroke-linecap="round" d="${[...drawn].join('')}"/>`;
}

/** Dots with an edge in the colour of the paper, seen on any ground. */
function haloed(points: readonly Point[]): string {
  const dots = dotsOf(points, 5.5);
  if (points.length > MANY) return dots;
  return dots && dots.replace('stroke="currentColor" stroke-width="5.5"', 'class="halo" stroke-width="7.5"') + dots;
}

const polyline = (points: readonly Point[], attributes: string): string =>
  `<polyline ${attributes} points="${points.map(([x, y]) => `${px(x)},${px(y)}`).join(' ')}"/>`;

/** A line, with triangles where it leaves the chart at the top or bottom. */
function lineOf(points: readonly Point[], { dash, dotted }: Look, frame: Frame): string {
  const { pieces, exits } = clipped(points, frame);
  const lines = pieces.filter((piece) => piece.length > 1);
  const alone = pieces.filter((piece) => piece.length === 1).flat();
  const style = `fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"${dash && ` stroke-dasharray="${dash}"`}`;
  const arrows = exits.map(({ at: [x, y], up }) => {
    const tip = up ? -7 : 7;
    return `M${px(x - 4)},${px(y)}h8L${px(x)},${px(y + tip)}z`;
  });
  return [
    ...lines.map((piece) => polyline(piece, style)),
    arrows.length > 0 ? `<path class="exit" fill="currentColor" d="${arrows.join('')}"/>` : '',
    dotsOf(dotted ? points.filter((point) => isInside(point, frame)) : alone, 5),
  ].join('');
}

/** A series in pixels within the frame. */
export function curve(points: readonly Point[], style: Series['style'], look: Look, frame: Frame): string {
  if (style === 'guide') {
    const lines = clipped(points, frame).pieces.filter((piece) => piece.length > 1);
    const drawn = lines.map((piece) => polyline(piece, 'fill="none"')).join('');
    return drawn && `<g class="guide">${drawn}</g>`;
  }
  const inside = style === 'dots' ? points.filter((point) => isInside(point, frame)) : points;
  const drawn = style === 'dots' ? haloed(inside) : lineOf(points, look, frame);
  return drawn && `<g class="c${look.colour}">${drawn}</g>`;
}

/** A bar from the foot that all have to its value. */
export interface Bar {
  readonly x: number;
  readonly width: number;
  readonly y: number;
}

export function bars(all: readonly Bar[], foot: number, { colour }: Look, { top, bottom }: Frame): string {
  const within = (y: number): number => Math.max(top, Math.min(bottom, y));
  const paths = all
    .filter(({ y }) => Number.isFinite(y))
    .map(({ x, width, y }) => {
      const [from, to] = [within(foot), within(y)];
      return `M${px(x)},${px(from)}h${px(width)}V${px(to)}h${px(-width)}z`;
    });
  return paths.length > 0 ? `<path class="c${colour}" fill="currentColor" d="${paths.join('')}"/>` : '';
}

/** What stands before a name in the legend, 22 pixels wide. */
export function keyOf(style: Series['style'], look: Look, x: number, y: number): string {
  if (style === 'bars')
    return `<path class="c${look.colour}" fill="currentColor" d="M${px(x + 6)},${px(y - 5)}h10v10h-10z"/>`;
  const frame = { left: x - 5, right: x + 27, top: y - 9, bottom: y + 9 };
  if (style === 'dots') return curve([[x + 11, y]], 'dots', look, frame);
  const key = curve([[x, y], [x + 22, y]], 'line', { ...look, dotted: false }, frame); // prettier-ignore
  return look.dotted ? key + curve([[x + 11, y]], 'dots', look, frame) : key;
}

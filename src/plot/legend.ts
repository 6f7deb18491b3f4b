// The legend: rows between title and plot, where no curve can be.
import { keyOf, type Look, type Series } from './series.js';
import { fitted, text, textWidth } from './svg.js';

export interface Entry {
  readonly series: Pick<Series, 'name' | 'style'>;
  readonly look: Look;
}

export interface Legend {
  readonly height: number;
  readonly draw: (left: number, top: number) => string[];
}

const KEY = 28;
const GAP = 16;
const ROW = 18;
const MOST_ROWS = 6;

/** Lays entries out in rows of this width. What does not fit into six rows is counted. */
export function legendOf(entries: readonly Entry[], width: number): Legend {
  const cells: { entry: Entry; name: string; x: number; row: number }[] = [];
  let [x, row] = [0, 0];
  for (const entry of entries) {
    const name = fitted(entry.series.name, width - KEY);
    const wide = KEY + textWidth(name);
    if (x > 0 && x + wide > width) [x, row] = [0, row + 1];
    if (row >= MOST_ROWS) break;
    cells.push({ entry, name, x, row });
    x += wide + GAP;
  }
  const hidden = entries.length - cells.length;
  const rows = (cells.at(-1)?.row ?? -1) + 1 + Number(hidden > 0);
  const draw = (left: number, top: number): string[] => [
    ...cells.map((cell) => {
      const [at, y] = [left + cell.x, top + cell.row * ROW + 9];
      return keyOf(cell.entry.series.style, cell.entry.look, at, y) + text(at + KEY, y + 4, 'start', cell.name);
    }),
    ...(hidden > 0 ? [text(left + KEY, top + (rows - 1) * ROW + 13, 'start', `and ${hidden} more`)] : []),
  ];
  return { height: rows * ROW, draw };
}

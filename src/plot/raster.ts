// Grids of cells as a few paths: cells of one colour and strength are one path of lines as thick as a cell.
import { px } from './svg.js';

/** Number of strengths above 0. */
export const LEVELS = 16;

/** The colour of a cell and its strength, 0 (none) to `LEVELS`. */
export interface Cell {
  readonly colour: number;
  readonly level: number;
}

export interface Place {
  readonly x: number;
  readonly y: number;
  /** Size of a cell. */
  readonly width: number;
  readonly height: number;
}

/** The strength for a share of the largest value. */
export function levelOf(share: number): number {
  return Math.max(0, Math.min(LEVELS, Math.round(LEVELS * share)));
}

/** Draws rows of cells. The strongest level has the given opacity. */
export function raster(
  rows: number,
  columns: number,
  cellAt: (row: number, column: number) => Cell,
  { x, y, width, height }: Place,
  opacity = 1,
): string {
  const paths = new Map<string, string[]>();
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns;) {
      const { colour, level } = cellAt(row, column);
      let end = column + 1;
      for (; end < columns; end++) {
        const next = cellAt(row, end);
        if (next.colour !== colour || next.level !== level) break;
      }
      if (level > 0) {
        const key = `class="c${colour}" stroke-opacity="${Number(((opacity * level) / LEVELS).toFixed(3))}"`;
        const path = paths.get(key) ?? [];
        path.push(`M${column} ${row}h${end - column}`);
        paths.set(key, path);
      }
      column = end;
    }
  }
  const drawn = [...paths].map(([key, path]) => `<path ${key} stroke="currentColor" d="${path.join('')}"/>`);
  const scale = `scale(${Number(width.toFixed(4))} ${Number(height.toFixed(4))})`;
  return `<g shape-rendering="crispEdges" transform="translate(${px(x)} ${px(y)}) ${scale} translate(0 0.5)">${drawn.join('')}</g>`;
}

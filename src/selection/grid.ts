import { refuse } from '../core/errors.js';
import { isPlain, show } from '../core/checks.js';
import type { GridPoint, GridValue } from './executor.js';

/** The values to try of every hyperparameter. */
export type Grid = Readonly<Record<string, readonly GridValue[]>>;

/** One value of every hyperparameter of a grid. */
export type PointOf<G extends Grid> = { readonly [K in keyof G]: G[K][number] };

function isPointOf<G extends Grid>(grid: G, point: GridPoint): point is PointOf<G> {
  return Object.keys(grid).every((name) => name in point);
}

/** Deeper than any value of a hyperparameter. An array that contains itself exceeds it. */
const MAX_LEVELS = 8;
/** More points than any real search has. */
const MAX_POINTS = 1e6;

function isGridValue(value: unknown, level = 0): value is GridValue {
  if (value === null || ['string', 'boolean', 'number'].includes(typeof value)) return true;
  if (level > MAX_LEVELS) return false;
  if (Array.isArray(value)) return value.findIndex((item) => !isGridValue(item, level + 1)) < 0;
  return isPlain(value) && Object.values(value).every((item) => isGridValue(item, level + 1));
}

function checkGrid(where: string, grid: unknown): [string, GridValue[]][] {
  if (!isPlain(grid)) refuse(TypeError, where, 'grid to be an object of arrays of values', show(grid));
  let points = 1;
  const axes = Object.entries(grid).map(([name, values]): [string, GridValue[]] => {
    if (!Array.isArray(values)) refuse(TypeError, where, `grid.${name} to be an array`, show(values));
    if (values.length === 0) refuse(RangeError, where, `grid.${name} to have values`, 'none');
    points *= values.length;
    if (points > MAX_POINTS) refuse(RangeError, where, `a grid of at most ${MAX_POINTS} points`, points);
    const plain = Array.from(values, (value: unknown) => {
      if (isGridValue(value)) return value;
      refuse(TypeError, where, `values of grid.${name} to be plain data (numbers, strings, ...)`, show(value));
    });
    return [name, plain];
  });
  if (axes.length === 0) refuse(RangeError, where, 'grid to have at least one hyperparameter', 'none');
  return axes;
}

/** All combinations of a grid's values; the last hyperparameter changes from point to point, the first one slowest. */
export function pointsOf<G extends Grid>(where: string, grid: G): PointOf<G>[] {
  let points: GridPoint[] = [{}];
  for (const [name, values] of checkGrid(where, grid))
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  return points.filter((point) => isPointOf(grid, point));
}

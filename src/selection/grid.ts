import { show } from '../core/checks.js';
import type { GridPoint, GridValue } from './executor.js';

/** The values to try of every hyperparameter. */
export type Grid = Readonly<Record<string, readonly GridValue[]>>;

/** One value of every hyperparameter of a grid. */
export type PointOf<G extends Grid> = { readonly [K in keyof G]: G[K][number] };

function isPointOf<G extends Grid>(grid: G, point: GridPoint): point is PointOf<G> {
  return Object.keys(grid).every((name) => name in point);
}

function isPlain(value: unknown): value is GridValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return true;
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isPlain);
}

function checkGrid(where: string, grid: unknown): [string, GridValue[]][] {
  if (typeof grid !== 'object' || grid === null || Array.isArray(grid))
    throw new TypeError(`${where}: expected grid to be an object of arrays of values, got ${show(grid)}`);
  const axes = Object.entries(grid).map(([name, values]: [string, unknown]): [string, GridValue[]] => {
    if (!Array.isArray(values))
      throw new TypeError(`${where}: expected grid.${name} to be an array, got ${show(values)}`);
    if (values.length === 0) throw new RangeError(`${where}: expected grid.${name} to have values, got none`);
    const plain = values.map((value: unknown) => {
      if (isPlain(value)) return value;
      throw new TypeError(
        `${where}: expected values of grid.${name} to be plain data (numbers, strings, ...), got ${show(value)}`,
      );
    });
    return [name, plain];
  });
  if (axes.length === 0) throw new RangeError(`${where}: expected grid to have at least one hyperparameter, got none`);
  return axes;
}

/** All combinations of a grid's values; the last hyperparameter changes from point to point, the first one slowest. */
export function pointsOf<G extends Grid>(where: string, grid: G): PointOf<G>[] {
  let points: GridPoint[] = [{}];
  for (const [name, values] of checkGrid(where, grid))
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  return points.filter((point) => isPointOf(grid, point));
}

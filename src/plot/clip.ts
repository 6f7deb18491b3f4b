// Curves in pixels: what of them lies within the frame, and where they leave it at the top or bottom.
import type { Point } from './svg.js';

export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A place where a curve crosses the upper or lower edge. */
export interface Exit {
  readonly at: Point;
  readonly up: boolean;
}

export interface Clipped {
  readonly pieces: readonly (readonly Point[])[];
  readonly exits: readonly Exit[];
}

/** Pixels between two marks of one curve. */
const BETWEEN_EXITS = 10;

export function isInside([x, y]: Point, { left, right, top, bottom }: Frame): boolean {
  const slack = 1e-6;
  return x >= left - slack && x <= right + slack && y >= top - slack && y <= bottom + slack;
}

/** The part of a segment within the frame, after Liang and Barsky. */
function within([x, y]: Point, [toX, toY]: Point, { left, right, top, bottom }: Frame): [Point, Point] | undefined {
  const [dx, dy] = [toX - x, toY - y];
  let [enter, leave] = [0, 1];
  const edges: readonly Point[] = [[-dx, x - left], [dx, right - x], [-dy, y - top], [dy, bottom - y]]; // prettier-ignore
  for (const [direction, distance] of edges) {
    if (direction === 0 && distance < 0) return undefined;
    if (direction < 0) enter = Math.max(enter, distance / direction);
    else if (direction > 0) leave = Math.min(leave, distance / direction);
  }
  if (enter > leave) return undefined;
  return [[x + enter * dx, y + enter * dy], [x + leave * dx, y + leave * dy]]; // prettier-ignore
}

/** Of many points in one column of pixels: the first, the lowest, the highest and the last, in their order. */
function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length < 2000) return points;
  const kept: Point[] = [];
  for (let i = 0; i < points.length;) {
    const column = Math.round(points[i]![0]);
    let [end, low, high] = [i, i, i];
    for (; end < points.length && Math.round(points[end]![0]) === column; end++) {
      if (points[end]![1] < points[low]![1]) low = end;
      if (points[end]![1] > points[high]![1]) high = end;
    }
    const chosen = [...new Set([i, low, high, end - 1])].sort((a, b) => a - b);
    for (const at of chosen) kept.push(points[at]!);
    i = Math.max(end, i + 1);
  }
  return kept;
}

/** The runs of points that have a place; others interrupt a curve. */
function runsOf(points: readonly Point[]): Point[][] {
  const runs: Point[][] = [[]];
  for (const point of points) {
    if (Number.isFinite(point[0]) && Number.isFinite(point[1])) runs.at(-1)?.push(point);
    else if (runs.at(-1)?.length) runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

/** Clips a curve to the frame. */
export function clipped(points: readonly Point[], frame: Frame): Clipped {
  const pieces: Point[][] = [];
  const exits: Exit[] = [];
  const mark = (at: Point): void => {
    const up = at[1] < (frame.top + frame.bottom) / 2;
    const isNew = exits.every((exit) => exit.up !== up || Math.abs(exit.at[0] - at[0]) >= BETWEEN_EXITS);
    if (isNew) exits.push({ at: [at[0], up ? frame.top : frame.bottom], up });
  };
  for (const run of runsOf(points)) {
    const curve = thinned(run);
    let piece: Point[] = [];
    if (curve.length === 1 && isInside(curve[0]!, frame)) pieces.push([curve[0]!]);
    for (let i = 1; i < curve.length; i++) {
      const [p, q] = [curve[i - 1]!, curve[i]!];
      const part = within(p, q, frame);
      if (!part) continue;
      if (!isInside(p, frame) || piece.length === 0) pieces.push((piece = [part[0]]));
      piece.push(part[1]);
      for (const [given, [x, y]] of [
        [p, part[0]],
        [q, part[1]],
      ] as const)
        // prettier-ignore
        if (given[1] < frame.top - 0.5 || given[1] > frame.bottom + 0.5) mark([x, y]);
    }
  }
  return { pieces, exits };
}

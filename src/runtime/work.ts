import {
  GEOMETRY_BATCH,
  GEOMETRY_GROUPS,
  GEOMETRY_IN_CHANNELS,
  GEOMETRY_KERNEL_HEIGHT,
  GEOMETRY_KERNEL_WIDTH,
  GEOMETRY_OUT_CHANNELS,
  GEOMETRY_OUT_HEIGHT,
  GEOMETRY_OUT_WIDTH,
} from './generated/layout.js';
import type { Heap } from './heap.js';
import type { AnyKernel } from './kernel.js';

const MOST_PIECES = 0xffff;

/** Multiply-adds of a convolution, or cells compared by a pool. */
function windowWork(heap: Heap, geometry: number): number {
  const size = (cell: number): number => heap.i32[geometry / 4 + cell] ?? 0;
  const pixels = size(GEOMETRY_BATCH) * size(GEOMETRY_OUT_HEIGHT) * size(GEOMETRY_OUT_WIDTH);
  const taps = size(GEOMETRY_KERNEL_HEIGHT) * size(GEOMETRY_KERNEL_WIDTH);
  const channels = size(GEOMETRY_OUT_CHANNELS) * size(GEOMETRY_IN_CHANNELS);
  return (pixels * taps * channels) / size(GEOMETRY_GROUPS);
}

/** Rough estimate of the nanoseconds of a kernel call on one thread; 0 when its range cannot be divided. */
export function workOf(kernel: AnyKernel, args: readonly number[], heap: Heap): number {
  const { layout, cost } = kernel;
  const count = layout.length - 1;
  if (layout[count] !== 'R') return 0;
  const units = (args[count + 1] ?? 0) - (args[count] ?? 0);
  if (units < 2) return 0;
  let whole = 0;
  let each = 1;
  kernel.sizes ??= Array.from(layout).flatMap((kind, i) => ('WUG'.includes(kind) ? i : []));
  for (const i of kernel.sizes) {
    const kind = layout[i];
    const value = args[i] ?? 0;
    if (kind === 'W') whole = (whole || 1) * value;
    else if (kind === 'U') each *= value;
    else whole = windowWork(heap, value);
  }
  return (whole || units) * each * cost;
}

/** Number of pieces of at least `least` nanoseconds that a record may be divided into; 0 when it must stay whole. */
export function piecesOf(work: number, least: number): number {
  return work < 2 * least || work === 0 ? 0 : Math.min(MOST_PIECES, Math.floor(work / least));
}

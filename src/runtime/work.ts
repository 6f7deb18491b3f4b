import type { Heap } from './heap.js';
import type { AnyKernel } from './kernel.js';

const MOST_PIECES = 0xffff;

/** Multiply-adds of a convolution, or cells looked at by a pool. The block's order is assembly/conv/geometry.ts. */
function windowWork(heap: Heap, geometry: number): number {
  const size = (cell: number): number => heap.i32[geometry / 4 + cell] ?? 0;
  const outputs = size(0) * size(4) * size(5) * size(6);
  return (outputs * size(7) * size(8) * size(3)) / size(15);
}

/** What a kernel call takes on one thread, in nanoseconds, roughly; 0 when its range cannot be cut. */
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

/** Into how many pieces of at least `least` nanoseconds a record may be cut; 0 when it is to stay whole. */
export function piecesOf(work: number, least: number): number {
  return work < 2 * least || work === 0 ? 0 : Math.min(MOST_PIECES, Math.floor(work / least));
}

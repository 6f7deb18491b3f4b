import { kernelLayout } from './generated/kernels.js';
import type { Heap } from './heap.js';
import type { KernelName } from './state.js';

const MOST_PIECES = 0xffff;

/** Nanoseconds of an elementary operation (a multiply-add, or whatever is done to one element) where it is not the usual one. */
const USUAL = 0.3;
const COST: { readonly [K in KernelName]?: number } = {
  gemm: 0.04,
  gemmBatched: 0.04,
  conv2d: 0.05,
  conv2dInputGradient: 0.05,
  conv2dFilterGradient: 0.05,
  // A unit of a step for a whole block of sequences: its share of the product, and its gates.
  simpleRnnForward: 90,
  simpleRnnBackward: 70,
  lstmForward: 400,
  lstmBackward: 250,
  gruForward: 300,
  gruBackward: 200,
  projectSO3: 300,
  projectSO3Derivative: 300,
  softmaxRows: 1.5,
  logSoftmaxRows: 1.5,
  softmaxCrossEntropy: 1.5,
  sigmoidCrossEntropy: 2,
  logSumExpReduce: 1.5,
  flushTiny: 0, // looks at a few elements only
  adamUpdate: 1,
  rmspropUpdate: 1,
  adagradUpdate: 1,
  philoxFill: 1,
  uniformFill: 1,
  normalFill: 3,
  truncatedNormalFill: 3,
  dropoutMask: 1,
  powBroadcast: 3,
  expMap: 1,
  expm1Map: 1.5,
  logMap: 1.5,
  log1pMap: 1.5,
  erfMap: 1.5,
  sinMap: 1.5,
  cosMap: 1.5,
  sigmoidMap: 1.5,
  tanhMap: 1.5,
  softplusMap: 2,
  eluMap: 1.5,
  siluMap: 1.5,
  geluMap: 1.5,
  geluTanhMap: 1.5,
  eluGradient: 1.5,
  softplusGradient: 1.5,
  geluGradient: 2,
  siluGradient: 2,
  geluTanhGradient: 2,
};

/** Multiply-adds of a convolution, or cells looked at by a pool. The block's order is assembly/conv/geometry.ts. */
function windowWork(heap: Heap, geometry: number): number {
  const size = (cell: number): number => heap.i32[geometry / 4 + cell] ?? 0;
  const outputs = size(0) * size(4) * size(5) * size(6);
  return (outputs * size(7) * size(8) * size(3)) / size(15);
}

/** What a kernel call takes on one thread, in nanoseconds, roughly; 0 when its range cannot be cut. */
export function workOf(name: KernelName, args: readonly number[], heap: Heap): number {
  const [, kinds, ranged] = kernelLayout[name];
  if (!ranged) return 0;
  const units = (args[kinds.length + 1] ?? 0) - (args[kinds.length] ?? 0);
  if (units < 2) return 0;
  let whole = 0;
  let each = 1;
  for (let i = 0; i < kinds.length; i++) {
    const value = args[i] ?? 0;
    if (kinds[i] === 'W') whole = (whole || 1) * value;
    else if (kinds[i] === 'U') each *= value;
    else if (kinds[i] === 'G') whole = windowWork(heap, value);
  }
  return (whole || units) * each * (COST[name] ?? USUAL);
}

/** Into how many pieces of at least `least` nanoseconds a record may be cut; 0 when it is to stay whole. */
export function piecesOf(work: number, least: number): number {
  return work < 2 * least || work === 0 ? 0 : Math.min(MOST_PIECES, Math.floor(work / least));
}

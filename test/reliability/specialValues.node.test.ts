// NaN, infinities, -0, subnormals and the largest floats through every operation: what the definition in float64 gives,
// and never what lies in memory beside.
import { expect } from 'vitest';
import { sizeOf } from '../../src/core/shapes.js';
import { runtime } from '../../src/runtime/state.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import type { Array64 } from '../support/arrays.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { activations64 } from '../support/samples/activation.js';
import { samples } from '../support/samples/index.js';
import type { Input, Sample } from '../support/samples/sample.js';
import { wrong } from '../support/wrong.js';
import { besideGuards } from '../fuzz/setting.js';
import { member, nothingLost, randomNumbers, type Tally } from './support/member.js';

withRuntime({ threads: 1 });

const LARGEST = (2 - 2 ** -23) * 2 ** 127;
const SMALLEST = 2 ** -126; // that is not subnormal
const MODEST = [NaN, Infinity, -Infinity, -0, 0, 2 ** -149, -(2 ** -149), -(2 ** -130), SMALLEST] as const;
const HUGE = [LARGEST, -LARGEST, 1e19, -1e19, 88, -104] as const;

const MAX_COMPLAINTS = 12;

/**
 * Sums and products: one of huge values may overflow, or lose the small ones, on the way to a result that does neither. The
 * `scan` here takes the sine of such a sum, which depends on every bit of it.
 */
const SUMS = /^(scan|sum|cumsum|segmentSum|scatterAdd|mean|variance|std|norm|prod|cumprod|einsum|tensordot|matmul|attention|affine|conv|depthwise|avgPool|batchNorm|layerNorm|unitQ|.*CrossEntropy)/; // prettier-ignore
/** Results of several steps: order and rounding, to 0 before an infinite factor, decide which of NaN and infinity comes out. */
const STEPS = /^(variance|std|prod|cumprod|einsum|batchNormalization|layerNormalization|.*CrossEntropy)/;
/**
 * Zeros around the input are multiplied by the filter, too: an infinite weight gives NaN there. So are the zeros of
 * attention for later keys of the same block.
 */
const PADDED = /^(conv|depthwise|attention)/;

type Random = (below: number) => number;

const isFinite32 = (value: number): boolean => Math.abs(value) <= LARGEST;

/** Values of an input: numbers in [-2, 2], special ones among them. Indices stay what they are. */
function drawn(input: Input, specials: readonly number[], random: Random): Float32Array {
  const size = sizeOf(input.shape);
  const rarity = size < 4 ? 2 : 6;
  const pick = (list: readonly number[]): number => list[random(list.length)] ?? 0;
  const isIndex = input.dtype === 'i32' && (input.low ?? -2) >= 0;
  return Float32Array.from({ length: size }, () => {
    if (isIndex) return (input.low ?? 0) + random((input.high ?? 1) - (input.low ?? 0));
    if (input.dtype === 'i32') return random(7) - 3;
    return random(rarity) === 0 ? pick(specials) : random(1000) / 250 - 2;
  });
}

/** Fills the memory that is free, so that reading it shows. */
function fillFreeMemory(value: number): void {
  const { heap } = runtime();
  const blocks = Array.from({ length: 10 }, (_, i) => [heap.allocate(64 << i), 16 << i] as const);
  for (const [pointer, elements] of blocks) heap.f32.fill(value, pointer / 4, pointer / 4 + elements);
  for (const [pointer] of blocks) heap.release(pointer);
}

function resultOf(sample: Sample, inputs: readonly Input[], values: readonly Float32Array[]): Float32Array {
  const tensors = inputs.map(({ shape, dtype = 'f32' }, i) => tensor(values[i] ?? [], shape, dtype));
  try {
    const out = tidy(() => sample.apply(...tensors.map((one) => wrong<Tensor>(one))));
    const result = Float32Array.from(out.data());
    out.dispose();
    return result;
  } finally {
    for (const one of tensors) one.dispose();
  }
}

/** The limit of an activation at an infinity, where its formula is 0 * Infinity or the like. */
function limitAt(op: string, x: number | undefined): number | undefined {
  const ends = Object.entries(activations64).find(([name]) => name === op)?.[1].ends.values;
  return Math.abs(x ?? NaN) === Infinity ? ends?.[(x ?? 0) < 0 ? 0 : 1] : undefined;
}

/** Whether a result is what the definition gives, up to the sign of zeros and the rounding of subnormals. */
function isRight(op: string, actual: number, exact: number): boolean {
  const expected = Math.fround(exact);
  if (Object.is(actual, expected)) return true;
  if (isFinite32(actual) && isFinite32(expected))
    return Math.abs(actual - expected) <= Math.max(SMALLEST, 2e-5 * Math.max(1, Math.abs(expected)));
  if (Math.abs(exact) > LARGEST * (1 - 2 ** -20) && Math.abs(actual) >= LARGEST * (1 - 2 ** -20))
    // rounded to Infinity or not
    return Math.sign(actual) === Math.sign(exact);
  return STEPS.test(op) && !isFinite32(actual) && !isFinite32(expected);
}

/**
 * Rotations and least squares have no formula for values that are not finite. Such a value makes its matrix, or its
 * column, NaN, and nothing else. (The values of all others are tested where they are well-conditioned.)
 */
function solutionOf(op: string, arrays: readonly Array64[]): ((i: number) => boolean) | undefined {
  const [a, b] = arrays;
  if (!a || (op !== 'projectSO3' && op !== 'lstsq')) return undefined;
  const isSound = (list: Float64Array): boolean => list.every(isFinite32);
  if (op === 'projectSO3') return (i) => isSound(a.data.subarray(9 * Math.floor(i / 9), 9 * Math.floor(i / 9) + 9));
  const columns = b?.shape[1] ?? 1;
  if (a.data.every((value) => value === 0)) return () => true; // the shortest solution is 0 for every b
  return (i) => isSound(a.data) && isSound(b?.data.filter((_, at) => at % columns === i % columns) ?? a.data);
}

/** Factorisations: what may become NaN of a finite matrix (it may be singular), and whether the upper triangle is read. */
const FACTORS: Readonly<Record<string, { readonly fails: boolean; readonly whole: boolean }>> = {
  cholesky: { fails: true, whole: false },
  solve: { fails: true, whole: true },
  inv: { fails: true, whole: true },
  det: { fails: false, whole: true },
  qr: { fails: false, whole: true },
  eigh: { fails: false, whole: false },
  svd: { fails: false, whole: true },
};

/** A matrix that is not finite makes its own results NaN; of a finite one no result is, unless it may be singular. */
function factorsComplaint(op: string, [a]: readonly Array64[], result: Float32Array): string | undefined {
  const rule = FACTORS[op];
  if (!a || !rule) return undefined;
  const [m = 0, n = 0] = a.shape.slice(-2);
  if (op === 'qr' && m < n) return undefined; // the last columns do not matter for q
  const units = sizeOf(a.shape.slice(0, -2));
  const each = result.length / units;
  for (let unit = 0; unit < units; unit++) {
    const matrix = a.data.subarray(unit * m * n, (unit + 1) * m * n);
    const isSound = matrix.every((x, i) => isFinite32(x) || (!rule.whole && i % n > Math.floor(i / n)));
    const values = result.subarray(unit * each, (unit + 1) * each);
    const isRight = isSound ? rule.fails || !values.some(Number.isNaN) : values.every(Number.isNaN);
    if (!isRight) return `matrix ${unit} gives ${values.join()}`;
  }
  return undefined;
}

/** Compares one result with the definition. Returns what is wrong. */
function complaintAbout(sample: Sample, inputs: readonly Input[], values: readonly Float32Array[]): string | undefined {
  fillFreeMemory(NaN);
  const result = resultOf(sample, inputs, values);
  fillFreeMemory(-7);
  const text = JSON.stringify(values.map((list) => Array.from(list, String)));
  if (String(bitPatterns(result)) !== String(bitPatterns(resultOf(sample, inputs, values))))
    return `depends on memory beside: ${text}`;
  const given = values.map((data, i) => ({ shape: inputs[i]?.shape ?? [], data: Float64Array.from(data) }));
  if (sample.op in FACTORS) {
    // A batch of systems may be that of the right sides.
    const isBroadcast = sample.op === 'solve' && (given[0]?.shape.length ?? 0) !== (given[1]?.shape.length ?? 0) + 1;
    const found = isBroadcast ? undefined : factorsComplaint(sample.op, given, result);
    return found === undefined ? undefined : `${found}: ${text}`;
  }
  const isSound = solutionOf(sample.op, given);
  if (isSound) {
    const wrongAt = result.findIndex((value, i) => Number.isNaN(value) === isSound(i));
    return wrongAt < 0 ? undefined : `${result[wrongAt]} at ${wrongAt}: ${text}`;
  }
  const { data } = sample.reference(...given);
  if (data.length !== result.length) return `has ${result.length} elements`;
  const isHuge = values.some((list) => list.some((value) => isFinite32(value) && Math.abs(value) > 1e3));
  const isInfinite = values.slice(1).some((list) => !list.every(isFinite32));
  if (isHuge && SUMS.test(sample.op)) return undefined;
  for (const [i, actual] of result.entries()) {
    const reference = data[i] ?? NaN;
    const exact = Number.isNaN(reference) ? (limitAt(sample.op, values[0]?.[i]) ?? reference) : reference;
    if (PADDED.test(sample.op) && isInfinite && Number.isNaN(actual)) continue;
    if (!isRight(sample.op, actual, exact)) return `${actual} in place of ${exact} at ${i}: ${text}`;
  }
  return undefined;
}

function attack(specials: readonly number[]): (count: number, tally: Tally) => Promise<void> {
  return async (count, tally) => {
    const complaints: string[] = [];
    const random = randomNumbers(count);
    const kept = await besideGuards(() => {
      for (const sample of samples) {
        for (const inputs of sample.cases) {
          for (let round = 0; round < count && complaints.length < MAX_COMPLAINTS; round++) {
            const values = inputs.map((input) => drawn(input, specials, random));
            const complaint = nothingLost(sample.op, () => complaintAbout(sample, inputs, values));
            tally.add('results');
            if (complaint !== undefined)
              complaints.push(`${sample.op} ${sample.variant ?? ''}: ${complaint}`.slice(0, 400));
          }
        }
      }
    });
    expect(complaints).toEqual([]);
    expect(kept).toBe(true);
  };
}

member('NaN, infinities, zeros and subnormals', { short: 2, long: 200 }, attack(MODEST));
member('the largest floats', { short: 2, long: 200 }, attack([...MODEST, ...HUGE]));

// Attention and its gradient against their definitions in float64: blocks that are not whole, masks, divided ranges.
import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { expectClose, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => {
  bench.reset();
});

interface Sizes {
  readonly batch: number;
  readonly heads: number;
  readonly steps: number;
  readonly keys: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly causal?: boolean;
  readonly lengths?: readonly number[];
  readonly masked?: boolean;
}

interface Values {
  readonly q: ArrayLike<number>;
  readonly k: ArrayLike<number>;
  readonly v: ArrayLike<number>;
  readonly dy: ArrayLike<number>;
  readonly mask: ArrayLike<number> | undefined;
}

/** y, dq, dk, dv, head by head and row by row. */
function attention64(sizes: Sizes, { q, k, v, dy, mask }: Values): Float64Array[] {
  const { batch, heads, steps, keys, keyDim, valueDim, causal = false, lengths } = sizes;
  const [y, dq, dk, dv] = [dy.length, q.length, k.length, v.length].map((length) => new Float64Array(length));
  for (let unit = 0; unit < batch * heads; unit++) {
    const [b, h] = [Math.floor(unit / heads), unit % heads];
    const at = (row: number, rows: number, size: number): number => ((b * rows + row) * heads + h) * size;
    const length = lengths?.[b] ?? keys;
    for (let i = 0; i < steps; i++) {
      const [queryAt, outAt] = [at(i, steps, keyDim), at(i, steps, valueDim)];
      const scores = Array.from({ length: keys }, (_, j) => {
        if (length === 0) return 0;
        if (j >= length || (causal && j > i)) return -Infinity;
        let dot = 0;
        for (let c = 0; c < keyDim; c++) dot += q[queryAt + c]! * k[at(j, keys, keyDim) + c]!;
        return dot / Math.sqrt(keyDim);
      });
      const largest = Math.max(...scores);
      const powers = scores.map((score) => Math.exp(score - largest));
      const total = powers.reduce((sum, power) => sum + power, 0);
      const factor = (j: number): number => mask?.[(unit * steps + i) * keys + j] ?? 1;
      const given = powers.map((power, j) => {
        const weight = (power / total) * factor(j);
        let slope = 0;
        for (let c = 0; c < valueDim; c++) {
          y![outAt + c]! += weight * v[at(j, keys, valueDim) + c]!;
          dv![at(j, keys, valueDim) + c]! += weight * dy[outAt + c]!;
          slope += dy[outAt + c]! * v[at(j, keys, valueDim) + c]!;
        }
        return slope * factor(j);
      });
      const mean = given.reduce((sum, slope, j) => sum + (powers[j]! / total) * slope, 0);
      powers.forEach((power, j) => {
        const ds = length === 0 ? 0 : ((power / total) * (given[j]! - mean)) / Math.sqrt(keyDim);
        for (let c = 0; c < keyDim; c++) {
          dq![queryAt + c]! += ds * k[at(j, keys, keyDim) + c]!;
          dk![at(j, keys, keyDim) + c]! += ds * q[queryAt + c]!;
        }
      });
    }
  }
  return [y!, dq!, dk!, dv!];
}

/** The kernels over ranges of heads. */
function run(sizes: Sizes, { q, k, v, dy, mask }: Values, cuts: readonly number[]): Float32Array[] {
  const { batch, heads, steps, keys, keyDim, valueDim, causal = false, lengths } = sizes;
  const [pq, pk, pv, pdy] = [q, k, v, dy].map((values) => bench.f32(values)) as [number, number, number, number];
  const pl = lengths ? bench.i32(lengths) : 0;
  const pm = mask ? bench.f32(mask) : 0;
  const [y, dq, dk, dv] = [dy, q, k, v].map(({ length }) => bench.out(length)) as [number, number, number, number];
  const [shift, inverse] = [bench.out(batch * heads * steps), bench.out(batch * heads * steps)];
  const rest = [heads, steps, keys, keyDim, valueDim, 0, Number(causal)] as const;
  const ranges = [0, ...cuts].map((begin, i) => [begin, cuts[i] ?? batch * heads] as const);
  for (const range of ranges) kernels.attentionForward(pq, pk, pv, pl, pm, y, shift, inverse, ...rest, ...range);
  for (const range of ranges)
    kernels.attentionBackward(pdy, pq, pk, pv, pl, pm, y, shift, inverse, dq, dk, dv, ...rest, ...range);
  return [y, dq, dk, dv].map((pointer, i) => bench.readF32(pointer, [dy, q, k, v][i]!.length));
}

function valuesOf({ batch, heads, steps, keys, keyDim, valueDim, masked = false }: Sizes): Values {
  return {
    q: numbers(batch * steps * heads * keyDim, 1),
    k: numbers(batch * keys * heads * keyDim, 2),
    v: numbers(batch * keys * heads * valueDim, 3),
    dy: numbers(batch * steps * heads * valueDim, 4),
    mask: masked ? numbers(batch * heads * steps * keys, 5).map((value) => (value < 0 ? 0 : 1.5)) : undefined,
  };
}

const cases: readonly Sizes[] = [
  { batch: 1, heads: 1, steps: 1, keys: 1, keyDim: 1, valueDim: 1 },
  { batch: 2, heads: 3, steps: 7, keys: 5, keyDim: 3, valueDim: 2 },
  { batch: 1, heads: 2, steps: 64, keys: 64, keyDim: 16, valueDim: 16, causal: true },
  { batch: 2, heads: 2, steps: 21, keys: 130, keyDim: 9, valueDim: 13, lengths: [65, 130] },
  { batch: 2, heads: 1, steps: 150, keys: 150, keyDim: 5, valueDim: 8, causal: true, lengths: [150, 67] },
  { batch: 2, heads: 1, steps: 70, keys: 66, keyDim: 4, valueDim: 4, causal: true, masked: true },
  { batch: 2, heads: 2, steps: 5, keys: 70, keyDim: 3, valueDim: 3, lengths: [0, 3], causal: true, masked: true },
  { batch: 1, heads: 1, steps: 23, keys: 9, keyDim: 256, valueDim: 255 },
];

describe('attentionForward and attentionBackward', () => {
  it.each(cases)('%o', (sizes) => {
    const values = valuesOf(sizes);
    const expected = attention64(sizes, values);
    const whole = run(sizes, values, []);
    whole.forEach((result, i) => {
      expectClose(result, expected[i]!, 5e-6);
    });
    const cuts = Array.from({ length: sizes.batch * sizes.heads - 1 }, (_, i) => i + 1);
    expect(run(sizes, values, cuts)).toEqual(whole);
  });

  it('large scores do not overflow, and their weights are those of softmax', () => {
    const sizes = { batch: 1, heads: 1, steps: 3, keys: 130, keyDim: 1, valueDim: 1 };
    const k = Float32Array.from({ length: 130 }, (_, j) => j);
    const values = { ...valuesOf(sizes), q: Float32Array.of(100, -100, 0), k };
    const expected = attention64(sizes, values);
    run(sizes, values, []).forEach((result, i) => {
      expectClose(result, expected[i]!, 5e-5);
    });
  });

  it('what a causal query does not see has no effect on its result, even NaN', () => {
    const sizes = { batch: 1, heads: 1, steps: 70, keys: 70, keyDim: 4, valueDim: 4, causal: true };
    const values = valuesOf(sizes);
    const spoilt = Float32Array.from(values.k, (value, i) => (i >= 69 * 4 ? NaN : value));
    const [y] = run(sizes, values, []);
    const [spoiltY] = run(sizes, { ...values, k: spoilt }, []);
    expect(spoiltY!.subarray(0, 69 * 4)).toEqual(y!.subarray(0, 69 * 4));
    expect(spoiltY!.subarray(69 * 4)).toEqual(new Float32Array(4).fill(NaN));
  });
});

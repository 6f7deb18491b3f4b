// The recurrent kernels by themselves: blocks in any order give the bits of all at once, nothing else is written, and
// sequences know nothing of each other. Their values and derivatives are tested through test/ops/recurrence.test.ts.
import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { inSlices, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels: k } = bench;
beforeEach(() => {
  bench.reset();
});

const BLOCK = 20;
/** Sequences whose numbers fall differently on blocks, states whose sizes fall differently on vectors. */
const sizes = [
  [1, 1, 1],
  [2, 3, 5],
  [20, 2, 4],
  [41, 3, 7],
] as const;

/** Some inputs of a kernel, the same for every call. */
function setUp(batch: number, steps: number, units: number, gates: number) {
  const n = batch * steps * units;
  return {
    kernel: bench.f32(numbers(gates * units * units, 1, -0.5, 0.5)),
    bias: bench.f32(numbers(gates * units, 2)),
    initial: bench.f32(numbers(batch * units, 3)),
    initialC: bench.f32(numbers(batch * units, 4)),
    lengths: bench.i32(Array.from({ length: batch }, (_, b) => 1 + (b % steps))),
    h: bench.f32(numbers(n, 5, -0.9, 0.9)),
    c: bench.f32(numbers(n, 6)),
    g: bench.f32(numbers(n, 7)),
    blocks: Math.ceil(batch / BLOCK),
  };
}

describe.each(sizes)('%d sequences of %d steps, %d units', (batch, steps, units) => {
  const n = batch * steps * units;

  it('simpleRnnForward', () => {
    const { kernel, initial, lengths, blocks } = setUp(batch, steps, units, 1);
    inSlices(bench, numbers(n, 8), blocks, (h, begin, end) => {
      k.simpleRnnForward(h, kernel, initial, lengths, batch, steps, units, 3, 0, begin, end);
    });
  });

  it('simpleRnnBackward', () => {
    const { kernel, lengths, h, g, blocks } = setUp(batch, steps, units, 1);
    const dh = bench.out(batch * units);
    inSlices(bench, new Float32Array(n).fill(NaN), blocks, (dp, begin, end) => {
      k.simpleRnnBackward(g, h, kernel, lengths, dp, dh, batch, steps, units, 3, 0, begin, end);
    });
    const dp = bench.out(n);
    inSlices(bench, new Float32Array(batch * units).fill(NaN), blocks, (carry, begin, end) => {
      k.simpleRnnBackward(g, h, kernel, lengths, dp, carry, batch, steps, units, 1, 0, begin, end);
    });
  });

  it('lstmForward', () => {
    const { kernel, initial, initialC, lengths, blocks } = setUp(batch, steps, units, 4);
    const p = numbers(5 * n, 8);
    const c = bench.out(n);
    inSlices(bench, new Float32Array(n).fill(NaN), blocks, (h, begin, end) => {
      k.lstmForward(bench.f32(p), h, c, kernel, initial, initialC, lengths, batch, steps, units, begin, end);
    });
    const h = bench.out(n);
    inSlices(bench, p, blocks, (saved, begin, end) => {
      k.lstmForward(saved, h, c, kernel, initial, initialC, lengths, batch, steps, units, begin, end);
    });
  });

  it('lstmBackward', () => {
    const { kernel, initialC, lengths, c, g, blocks } = setUp(batch, steps, units, 4);
    const saved = bench.f32(numbers(5 * n, 8, 0.1, 0.9));
    const [dh, dc] = [bench.out(batch * units), bench.out(batch * units)];
    inSlices(bench, new Float32Array(4 * n).fill(NaN), blocks, (dp, begin, end) => {
      k.lstmBackward(g, g, saved, c, initialC, kernel, lengths, dp, dh, dc, batch, steps, units, begin, end);
    });
  });

  it('gruForward', () => {
    const { kernel, bias, initial, lengths, blocks } = setUp(batch, steps, units, 3);
    const h = bench.out(n);
    inSlices(bench, numbers(4 * n, 8), blocks, (saved, begin, end) => {
      k.gruForward(saved, h, kernel, bias, initial, lengths, batch, steps, units, begin, end);
    });
  });

  it('gruBackward', () => {
    const { kernel, initial, lengths, h, g, blocks } = setUp(batch, steps, units, 3);
    const saved = bench.f32(numbers(4 * n, 8, 0.1, 0.9));
    const [dq, dh] = [bench.out(3 * n), bench.out(batch * units)];
    inSlices(bench, new Float32Array(3 * n).fill(NaN), blocks, (dp, begin, end) => {
      k.gruBackward(g, saved, h, initial, kernel, lengths, dp, dq, dh, batch, steps, units, begin, end);
    });
  });
});

describe('sequences', () => {
  const [batch, steps, width] = [3, 4, 5];
  const lengths = [4, 1, 3];
  const x = numbers(batch * steps * width, 1);
  const padded = x.map((value, i) =>
    Math.floor(i / width) % steps < lengths[Math.floor(i / (steps * width))]! ? value : NaN,
  );
  const at = (values: ArrayLike<number>, b: number, t: number): number[] =>
    Array.from({ length: width }, (_, j) => values[(b * steps + t) * width + j]!);
  const nothing = new Array<number>(width).fill(0);
  const run = (kernel: 'maskSteps' | 'reverseSteps', masked: boolean): Float32Array => {
    const [from, limits] = [bench.f32(masked ? padded : x), masked ? bench.i32(lengths) : 0];
    return inSlices(bench, new Float32Array(x.length).fill(NaN), batch, (y, begin, end) => {
      k[kernel](from, limits, y, steps, width, begin, end);
    });
  };

  it('maskSteps and reverseSteps never read past a length', () => {
    const [kept, turned] = [run('maskSteps', true), run('reverseSteps', true)];
    for (let b = 0; b < batch; b++)
      for (let t = 0; t < steps; t++) {
        const inside = t < lengths[b]!;
        expect(at(kept, b, t)).toEqual(inside ? at(x, b, t) : nothing);
        expect(at(turned, b, t)).toEqual(inside ? at(x, b, lengths[b]! - 1 - t) : nothing);
      }
    expect([...run('maskSteps', false)]).toEqual([...x]);
    expect(at(run('reverseSteps', false), 1, 0)).toEqual(at(x, 1, steps - 1));
  });

  it.each([true, false])('lastStep, placeLastStep and previousSteps, lengths %s', (masked) => {
    const [from, limits] = [bench.f32(x), masked ? bench.i32(lengths) : 0];
    const last = inSlices(bench, new Float32Array(batch * width).fill(NaN), batch, (y, begin, end) => {
      k.lastStep(from, limits, y, steps, width, begin, end);
    });
    const rows = bench.f32(last);
    const placed = inSlices(bench, new Float32Array(x.length).fill(NaN), batch, (y, begin, end) => {
      k.placeLastStep(rows, limits, y, steps, width, begin, end);
    });
    const before = inSlices(bench, new Float32Array(x.length).fill(NaN), batch, (y, begin, end) => {
      k.previousSteps(from, rows, y, steps, width, begin, end);
    });
    for (let b = 0; b < batch; b++) {
      const end = (masked ? lengths[b]! : steps) - 1;
      const row = Array.from(last.subarray(b * width, (b + 1) * width));
      expect(row).toEqual(at(x, b, end));
      for (let t = 0; t < steps; t++) {
        expect(at(placed, b, t)).toEqual(t === end ? row : nothing);
        expect(at(before, b, t)).toEqual(t === 0 ? row : at(x, b, t - 1));
      }
    }
  });
});

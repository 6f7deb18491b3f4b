import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { SIZES, expectClose, inSlices, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

const STEPS = 5;

/** One element's rule in double precision: changes the slots, returns the new parameter. */
type Rule = (theta: number, gradient: number, slots: number[]) => number;

/** Steps n parameters with kernel and reference; the kernel works in place on theta and on the slots. */
function follow(
  n: number,
  slotCount: number,
  rule: (step: number) => Rule,
  update: (theta: number, gradient: number, slots: number[], begin: number, end: number) => void,
  before: (step: number) => void = () => undefined,
): void {
  let theta = numbers(n, 1);
  const states = Array.from(theta, (t) => ({ t, slots: Array<number>(slotCount).fill(0) }));
  let slots = Array.from({ length: slotCount }, (): Float32Array => new Float32Array(n));
  for (let step = 1; step <= STEPS; step++) {
    before(step);
    const g = numbers(n, 10 + step);
    const gradient = bench.f32(g);
    // Slices start from the same slots each time: theta and every slot take their turn as the buffer under test.
    const turn = (which: number): Float32Array =>
      inSlices(bench, which < 0 ? theta : slots[which]!, n, (y, begin, end) => {
        const pointers = slots.map((slot, k) => (k === which ? y : bench.f32(slot)));
        update(which < 0 ? y : bench.f32(theta), gradient, pointers, begin, end);
      });
    const next = turn(-1);
    slots = slots.map((_, k) => turn(k));
    theta = next;
    states.forEach((state, i) => {
      state.t = rule(step)(state.t, g[i]!, state.slots);
    });
    expectClose(
      theta,
      states.map((s) => s.t),
      3e-6,
    );
    slots.forEach((slot, k) =>
      expectClose(
        slot,
        states.map((s) => s.slots[k]!),
        3e-6,
      ),
    );
  }
}

describe('sgdUpdate', () => {
  const cases = [
    { momentum: 0, nesterov: 0, decay: 0 },
    { momentum: 0, nesterov: 0, decay: 0.1 },
    { momentum: 0.9, nesterov: 0, decay: 0.01 },
    { momentum: 0.9, nesterov: 1, decay: 0 },
  ];
  it.each(SIZES.flatMap((n) => cases.map((c) => ({ n, ...c }))))('%o', ({ n, momentum, nesterov, decay }) => {
    const hyper = bench.f64([0.05, momentum, nesterov, decay]);
    const rule: Rule = (theta, gradient, slots) => {
      const g = gradient + decay * theta;
      if (momentum === 0) return theta - 0.05 * g;
      slots[0] = momentum * slots[0]! + g;
      return theta - 0.05 * (nesterov ? g + momentum * slots[0] : slots[0]);
    };
    follow(
      n,
      momentum === 0 ? 0 : 1,
      () => rule,
      (theta, gradient, [velocity = 0], begin, end) => kernels.sgdUpdate(theta, gradient, velocity, hyper, begin, end),
    );
  });
});

describe('adagradUpdate', () => {
  it.each(SIZES.flatMap((n) => [0, 0.1].map((decay) => ({ n, decay }))))('%o', ({ n, decay }) => {
    const hyper = bench.f64([0.1, 1e-10, decay]);
    const rule: Rule = (theta, gradient, slots) => {
      const g = gradient + decay * theta;
      slots[0]! += g * g;
      return theta - (0.1 * g) / (Math.sqrt(slots[0]!) + 1e-10);
    };
    follow(
      n,
      1,
      () => rule,
      (theta, gradient, [accumulator = 0], begin, end) =>
        kernels.adagradUpdate(theta, gradient, accumulator, hyper, begin, end),
    );
  });
});

describe('rmspropUpdate', () => {
  const kinds = [false, true].flatMap((centered) => [0, 0.8].map((momentum) => ({ centered, momentum })));
  it.each(SIZES.flatMap((n) => kinds.map((k) => ({ n, ...k }))))('%o', ({ n, centered, momentum }) => {
    const [rate, rho, epsilon, decay] = [0.01, 0.9, 1e-2, 0.05];
    const hyper = bench.f64([rate, rho, epsilon, momentum, decay]);
    const rule: Rule = (theta, gradient, slots) => {
      const g = gradient + decay * theta;
      slots[0] = rho * slots[0]! + (1 - rho) * g * g;
      let variance = slots[0];
      if (centered) {
        slots[1] = rho * slots[1]! + (1 - rho) * g;
        variance -= slots[1] ** 2;
      }
      let step = g / (Math.sqrt(variance) + epsilon);
      if (momentum > 0) {
        const at = slots.length - 1;
        step += momentum * slots[at]!;
        slots[at] = step;
      }
      return theta - rate * step;
    };
    follow(
      n,
      1 + Number(centered) + Number(momentum > 0),
      () => rule,
      (theta, gradient, slots, begin, end) => {
        const average = centered ? slots[1]! : 0;
        const buffer = momentum > 0 ? slots.at(-1)! : 0;
        kernels.rmspropUpdate(theta, gradient, slots[0]!, average, buffer, hyper, begin, end);
      },
    );
  });

  it('centred stays finite for constant gradients', () => {
    const n = 64;
    const [theta, s, a] = [
      bench.f32(new Float32Array(n)),
      bench.f32(new Float32Array(n)),
      bench.f32(new Float32Array(n)),
    ];
    const gradient = bench.f32(numbers(n, 8));
    const hyper = bench.f64([1e-3, 0.9, 1e-8, 0, 0]);
    for (let step = 0; step < 500; step++) kernels.rmspropUpdate(theta, gradient, s, a, 0, hyper, 0, n);
    expect(bench.readF32(theta, n).every(Number.isFinite)).toBe(true);
  });
});

describe('adamUpdate', () => {
  const kinds = [
    { decay: 0, decoupled: 0, amsgrad: false },
    { decay: 0.1, decoupled: 0, amsgrad: false },
    { decay: 0.1, decoupled: 1, amsgrad: false },
    { decay: 0, decoupled: 0, amsgrad: true },
  ];
  it.each(SIZES.flatMap((n) => kinds.map((k) => ({ n, ...k }))))('%o', ({ n, decay, decoupled, amsgrad }) => {
    const [rate, beta1, beta2, epsilon] = [0.05, 0.9, 0.99, 1e-8];
    const hyper = bench.f64([rate, beta1, beta2, epsilon, decay, decoupled, 1, 1]);
    const rule =
      (step: number): Rule =>
      (theta, gradient, slots) => {
        const g = decoupled ? gradient : gradient + decay * theta;
        const start = decoupled ? theta * (1 - rate * decay) : theta;
        slots[0] = beta1 * slots[0]! + (1 - beta1) * g;
        slots[1] = beta2 * slots[1]! + (1 - beta2) * g * g;
        if (amsgrad) slots[2] = Math.max(slots[2]!, slots[1]);
        const square = amsgrad ? slots[2]! : slots[1];
        const root = Math.sqrt(square) / Math.sqrt(1 - beta2 ** step) + epsilon;
        return start - ((rate / (1 - beta1 ** step)) * slots[0]) / root;
      };
    follow(
      n,
      amsgrad ? 3 : 2,
      rule,
      (theta, gradient, [m = 0, v = 0, vMax = 0], begin, end) =>
        kernels.adamUpdate(theta, gradient, m, v, vMax, hyper, begin, end),
      () => kernels.adamAdvance(hyper),
    );
  });

  it('adamAdvance multiplies the running products by their bases', () => {
    const hyper = bench.f64([1, 0.9, 0.999, 0, 0, 0, 1, 1]);
    kernels.adamAdvance(hyper);
    kernels.adamAdvance(hyper);
    expect([...bench.readF64(hyper, 8)]).toEqual([1, 0.9, 0.999, 0, 0, 0, 0.9 * 0.9, 0.999 * 0.999]);
  });
});

it('advanceCounter adds one and wraps', () => {
  const counter = bench.i32([41, -1]);
  kernels.advanceCounter(counter);
  kernels.advanceCounter(counter + 4);
  expect([...bench.readI32(counter, 2)]).toEqual([42, 0]);
});

describe('clipping', () => {
  it.each([
    [25, 1, 1 / (5 + 1e-6)],
    [25, 10, 1],
    [0, 1, 1],
    [NaN, 1, NaN],
    [Infinity, 1, 0],
  ])('the factor for a sum of squares %d and norm %d', (squares, norm, expected) => {
    const factor = bench.out(1);
    kernels.clipFactor(bench.f64([squares]), factor, norm);
    expect(bench.readF32(factor, 1)[0]).toBe(Math.fround(expected));
  });

  it.each(SIZES)('scales %i elements', (n) => {
    const x = numbers(n, 4);
    const factor = bench.f32([0.3]);
    const y = inSlices(bench, x, n, (p, begin, end) => kernels.scaleByCell(p, factor, begin, end));
    expect([...y]).toEqual([...x.map((v) => v * Math.fround(0.3))]);
  });
});

describe('penalty', () => {
  it.each(SIZES)('value and gradient over %i elements', (n) => {
    const theta = numbers(n, 4);
    if (n > 2) theta.set([0, -0]);
    const g = numbers(n, 5);
    const from = bench.f32(theta);
    const got = inSlices(bench, g, n, (y, begin, end) => kernels.addPenaltyGradient(from, y, 0.25, 0.5, begin, end));
    expectClose(
      got,
      [...g].map((v, i) => v + 0.25 * Math.sign(theta[i]!) + theta[i]!),
      2e-7,
    );
    const loss = bench.f32([3]);
    kernels.penalty(from, loss, 0.25, 0.5, n);
    const expected = theta.reduce((s, t) => s + 0.25 * Math.abs(t) + 0.5 * t * t, 3);
    expectClose(bench.readF32(loss, 1), [expected], 3e-7);
  });
});

describe('flushTiny', () => {
  const tiny = 2 ** -120;

  it.each(SIZES)('clears what is about to become subnormal among %d elements, when it is its turn', (n) => {
    const values = [
      1,
      -1,
      tiny,
      -tiny,
      2 * tiny,
      -2 * tiny,
      1e-42,
      -1e-42,
      0,
      Infinity,
      -Infinity,
      NaN,
      3e38,
      2 ** -149,
    ];
    const x = Float32Array.from({ length: n }, (_, i) => values[i % values.length]!);
    const on = bench.f64([1]);
    const cleared = inSlices(bench, x, n, (y, begin, end) => {
      kernels.flushTiny(y, on, begin, end);
    });
    expect([...cleared]).toEqual([...x].map((value) => (Math.abs(value) <= tiny ? 0 : value)));
    const off = bench.f64([0]);
    const kept = bench.f32(x);
    kernels.flushTiny(kept, off, 0, n);
    expect([...bench.readF32(kept, n)]).toEqual([...x]);
  });
});

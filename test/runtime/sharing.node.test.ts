// Every operation of the package with every kernel call cut into pieces, however small, against the same on one
// thread: the bits must not differ, at once or compiled, forward or backward.
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { grad } from '../../src/ops/differentiation.js';
import { sumTo } from '../../src/ops/broadcast.js';
import { mul } from '../../src/ops/mul.js';
import { sqrt } from '../../src/ops/sqrt.js';
import { init, memory } from '../../src/runtime/init.js';
import type { Pool } from '../../src/runtime/pool.js';
import { runtime } from '../../src/runtime/state.js';
import { full, tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { bitPatterns } from '../support/bits.js';
import { makeGate } from '../support/gate.js';
import { samples } from '../support/samples/index.js';
import { tensorsOf, type Sample } from '../support/samples/sample.js';
import { numbers } from '../support/slices.js';
import { wakePool } from '../support/training.js';

const THREADS = 3;
const rows = samples.map((sample) => [`${sample.op} ${sample.variant ?? ''}`.trim(), sample] as const);

const gate = makeGate();
let pool: Pool;

beforeAll(async () => {
  await init({ threads: THREADS });
  const woken = await wakePool();
  if (!woken) throw new Error('no pool');
  pool = woken;
});

/** What `body` gives when everything that can be cut is shared, or nothing. */
function bits(shared: boolean, body: () => Tensor[]): number[][] {
  Object.assign(pool.thresholds, shared ? { piece: 0, share: 0 } : { share: Infinity });
  let found: number[][] = [];
  tidy(() => {
    found = body().map((result) => bitPatterns(result.data()));
  });
  return found;
}

/** Value and gradients, at once and compiled. */
function everything({ apply, differentiable, cases }: Sample): Tensor[] {
  return cases.flatMap((inputs) => {
    const given = tensorsOf(inputs);
    const which = differentiable ?? inputs.flatMap(({ dtype }, i) => (dtype === 'i32' ? [] : [i]));
    const results = [apply(...given)];
    if (which.length === 0) return results;
    const loss = (points: readonly Tensor[]): Tensor => {
      const y = apply(...given.map((x, i) => (which.includes(i) ? points[which.indexOf(i)]! : x)));
      return sumTo(mul(y, tensor(numbers(y.size, 3), y.shape)), []);
    };
    const gradient = grad(loss);
    const compiled = compile(gradient);
    const points = which.map((i) => given[i]!);
    results.push(...gradient(points), ...compiled(points));
    compiled.dispose();
    return results;
  });
}

describe('cut into pieces', () => {
  it.each(rows)('%s', (_, sample) => {
    const alone = bits(false, () => everything(sample));
    for (let i = 0; i < 3; i++) expect(bits(true, () => everything(sample))).toEqual(alone);
  });
});

describe('large work', () => {
  it('is really shared, in memory that has grown since the workers started', () => {
    Object.assign(pool.thresholds, { piece: 5_000, share: 40_000 });
    const before = memory().reserved;
    const x = full([before / 4], 2); // so many bytes again: not even half of it fits into what there was
    const y = tidy(() => mul(x, x));
    expect(memory().reserved).toBeGreaterThan(2 * before);
    expect(y.data().every((value) => value === 4)).toBe(true);
    const { helped } = pool.statistics;
    const root = gate.whileShut(() => sqrt(y));
    expect(pool.statistics.helped).toBeGreaterThan(helped);
    expect(root.data().every((value) => value === 2)).toBe(true);
    for (const each of [x, y, root]) each.dispose();
  });

  it('gives copies that are not shared memory', () => {
    const x = full([3], 1);
    expect(runtime().heap.f32.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(x.data().buffer).toBeInstanceOf(ArrayBuffer);
    x.dispose();
  });
});

// The relaxed variant, where the engine has it: other roundings, the same mathematics.
import { beforeAll, describe, expect, it } from 'vitest';
import { relaxedOr } from '../../src/runtime/binary.js';
import { core, images, sequences } from '../../src/runtime/generated/groups.js';
import { text as relaxedCore } from '../../src/runtime/generated/relaxed-core.js';
import { init } from '../../src/runtime/init.js';
import type { RuntimeInfo } from '../../src/runtime/state.js';
import { matmul } from '../../src/ops/matmul.js';
import { tanh } from '../../src/ops/tanh.js';
import { tensor } from '../../src/tensors/creation.js';
import { strictBytes } from '../support/modules.js';
import { expectClose, numbers } from '../support/slices.js';

// i8x16.relaxed_swizzle of two constants
const PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0],
  ...[10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11],
);
const HAS_RELAXED = WebAssembly.validate(PROBE);

describe(`simd: 'relaxed' (${HAS_RELAXED ? 'there is' : 'there is none'})`, () => {
  let info: RuntimeInfo;
  beforeAll(async () => {
    info = await init({ simd: 'relaxed', threads: 1 });
  });

  it('is used where the engine has it, and where not the reason is given', () => {
    const base = { threads: 1, sharedMemory: false };
    expect(info).toEqual(
      HAS_RELAXED
        ? { ...base, simd: 'relaxed' }
        : { ...base, simd: 'strict', reason: 'simd: this engine has no relaxed SIMD' },
    );
    for (const [group, difference] of [
      [core, relaxedCore],
      [images, images.relaxed],
      [sequences, sequences.relaxed],
    ] as const) {
      const strict = strictBytes(group);
      const relaxed = relaxedOr(strict, difference);
      expect(relaxed.length === strict.length && relaxed.every((byte, i) => byte === strict[i])).toBe(!HAS_RELAXED);
    }
  });

  it.each([
    [1, 1, 1],
    [4, 5, 6],
    [5, 8, 7],
    [6, 8, 300],
    [7, 9, 40],
    [13, 1, 50],
    [61, 67, 70],
    [130, 530, 300],
  ])('multiplies [%i, k] by [k, %i], k = %i', (m, n, k) => {
    const [a, b] = [numbers(m * k, 1), numbers(k * n, 2)];
    const [x, y] = [tensor(a, [m, k]), tensor(b, [k, n])];
    const z = matmul(x, y);
    const expected = new Float64Array(m * n);
    for (let i = 0; i < m; i++)
      for (let p = 0; p < k; p++) for (let j = 0; j < n; j++) expected[i * n + j]! += a[i * k + p]! * b[p * n + j]!;
    expectClose(z.data(), expected, 5e-5); // the terms sum up to some hundreds
    for (const each of [x, y, z]) each.dispose();
  });

  it('keeps the accuracy of the elementwise functions', () => {
    const values = numbers(1000, 3, -4, 4);
    const x = tensor(values);
    const y = tanh(x);
    expectClose(y.data(), Array.from(values, Math.tanh), 3e-7);
    for (const each of [x, y]) each.dispose();
  });
});

// A runtime with little memory. (A file of its own: init happens once.)
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { grad, hessian, jacobian } from '../../src/ops/differentiation.js';
import { OutOfMemoryError } from '../../src/core/errors.js';
import { sumTo } from '../../src/ops/broadcast.js';
import { exp } from '../../src/ops/exp.js';
import { mul } from '../../src/ops/mul.js';
import { init, memory } from '../../src/runtime/init.js';
import { activeRecorder } from '../../src/runtime/recorder.js';
import { full, tensor, zeros } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { typed } from '../support/typed.js';
import { wholeModule } from '../support/wholeModule.js';

const MEBIBYTE = 2 ** 20;

describe('a runtime of 8 MiB', () => {
  beforeAll(async () => {
    const module = await wholeModule(); // bytes of one's own, too
    const info = await init({ maximumMemory: 8 * MEBIBYTE, module, threads: 1, simd: 'relaxed' });
    expect(info).toEqual({
      threads: 1,
      simd: 'strict',
      sharedMemory: false,
      reason: 'simd: the module given is a strict one',
    });
  });

  it('refuses a Jacobian that cannot fit before the passes for its rows', () => {
    const size = 3000; // 36 MB
    const x = zeros([size]);
    const { used } = memory();
    let calls = 0;
    const count = (y: Tensor): Tensor => {
      calls++;
      return mul(y, y);
    };
    const total = (y: Tensor): Tensor => sumTo(count(y), []);
    const functions: readonly (readonly [string, (x: Tensor) => Tensor, number])[] = [
      ['jacobian', jacobian(count), 1],
      ['jacobian', jacobian(count, { mode: 'forward' }), 1],
      ['jacobian', jacobian(grad(total), { mode: 'forward' }), 1],
      ['hessian', hessian(total), 0],
      ['hessian', compile(hessian(total)), 0],
    ];
    for (const [name, f, expected] of functions) {
      calls = 0;
      const message = new RegExp(
        `^${name}: expected at most 8\\.0 MiB of linear memory, got a need of [67]\\d\\.\\d MiB`,
      );
      expect(() => f(x)).toThrow(typed(OutOfMemoryError, message));
      expect(calls).toBe(expected);
      expect(memory().used).toBe(used);
    }
    const small = zeros([300]);
    const fitting = jacobian(count)(small);
    expect(fitting.shape).toEqual([300, 300]);
    for (const each of [fitting, small, x]) each.dispose();
  });

  it('throws OutOfMemoryError beyond its limit and keeps every tensor', () => {
    const held: Tensor[] = [];
    expect(() => {
      for (;;) held.push(full([MEBIBYTE / 4], held.length));
    }).toThrow(
      new OutOfMemoryError('full: expected at most 8.0 MiB of linear memory, got a need of 8.1 MiB (6.0 MiB in use)'),
    );
    expect(held.length).toBe(6);
    expect(memory().reserved).toBeLessThanOrEqual(8 * MEBIBYTE);
    held.forEach((x, i) => {
      expect(x.data().every((value) => value === i)).toBe(true);
    });
    expect(() => zeros([1e9, 1e9])).toThrow(
      new OutOfMemoryError(
        'zeros: expected at most 8.0 MiB of linear memory, got a need of 3814697265632.1 MiB (6.0 MiB in use)',
      ),
    );
    expect(() => tensor(new Float32Array(MEBIBYTE))).toThrow(
      new OutOfMemoryError(
        'tensor: expected at most 8.0 MiB of linear memory, got a need of 11.1 MiB (6.0 MiB in use)',
      ),
    );
    expect(memory().liveTensors).toBe(6);
    for (const x of held) x.dispose();
    expect(memory()).toMatchObject({ used: 0, liveTensors: 0 });
    tidy(() => full([5 * (MEBIBYTE / 4)], 1)).dispose(); // the freed megabytes are one again
  });

  it('leaves nothing behind when an operation, a gradient or a recording runs out', () => {
    const x = full([MEBIBYTE / 4], 0.5); // 1 MiB
    const { used } = memory();
    const greedy = (input: Tensor): Tensor => {
      let y = input;
      for (let i = 0; i < 20; i++) y = mul(y, exp(y));
      return sumTo(y, []);
    };
    const compiled = compile(grad(greedy));
    for (const run of [() => tidy(() => greedy(x)), () => grad(greedy)(x), () => compiled(x)]) {
      expect(run).toThrow(
        typed(
          OutOfMemoryError,
          /^(mul|exp): expected at most 8\.0 MiB of linear memory, got a need of 8\.1 MiB \(6\.0 MiB in use\)$/,
        ),
      );
      expect(memory()).toMatchObject({ used, liveTensors: 1 });
    }
    expect(activeRecorder()).toBeUndefined();
    const copies = compile((input: Tensor) => [input, input, input, input, input, input]);
    expect(() => copies(x)).toThrow(
      new OutOfMemoryError(
        'compile: expected at most 8.0 MiB of linear memory, got a need of 8.1 MiB (6.0 MiB in use)',
      ),
    ); // only its results do not fit
    copies.dispose();
    expect(memory()).toMatchObject({ used, liveTensors: 1 });
    const modest = tidy(() => sumTo(mul(x, x), []));
    expect(modest.item()).toBe(MEBIBYTE / 16);
    modest.dispose();
    x.dispose();
    expect(memory().used).toBe(0);
  });
});

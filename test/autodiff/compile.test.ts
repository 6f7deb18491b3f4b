import { describe, expect, it, vi } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { grad, valueAndGrad, vjp } from '../../src/ops/differentiation.js';
import { hessian, jacobian } from '../../src/ops/differentiation.js';
import { jvp } from '../../src/ops/differentiation.js';
import { DisposedError, ShapeError } from '../../src/core/errors.js';
import { add } from '../../src/ops/add.js';
import { sumTo } from '../../src/ops/broadcast.js';
import { exp } from '../../src/ops/exp.js';
import { mul } from '../../src/ops/mul.js';
import { sub } from '../../src/ops/sub.js';
import { tanh } from '../../src/ops/tanh.js';
import { sin } from '../../src/ops/trigonometry.js';
import { memory } from '../../src/runtime/init.js';
import * as kernels from '../../src/runtime/generated/kernels.js';
import { call } from '../../src/runtime/kernels.js';
import { activeRecorder } from '../../src/runtime/recorder.js';
import { liveHandles } from '../../src/runtime/statistics.js';
import { full, ones, tensor } from '../../src/tensors/creation.js';
import type { DType, Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';

/** Moves one float, as a program that works in place would. */
const copy = (from: number, to: number): void => call(kernels.copyBytes, from, to, 4);
const total = (x: Tensor): Tensor => sumTo(x, []);

describe('compile', () => {
  withRuntime();

  it('calls the function once per shape, type and structure', () => {
    tidy(() => {
      const f = vi.fn((tree: { a: Tensor<DType>; b: readonly Tensor<DType>[] }) => add(tree.a, tree.b[0]!));
      const compiled = compile(f);
      const call = (a: number[], b: number[]): number[] => [...compiled({ a: tensor(a), b: [tensor(b)] }).data()];
      expect(call([1, 2], [10, 20])).toEqual([11, 22]);
      expect(call([3, 4], [30, 40])).toEqual([33, 44]);
      expect(f).toHaveBeenCalledTimes(1);
      expect(call([1], [2, 3])).toEqual([3, 4]);
      expect(call([5], [2, 3])).toEqual([7, 8]);
      expect(f).toHaveBeenCalledTimes(2);
      const integers = compiled({ a: tensor(Int32Array.of(1, 2)), b: [tensor(Int32Array.of(3, 4))] });
      expect([integers.dtype, integers.toArray()]).toEqual(['i32', [4, 6]]);
      expect(f).toHaveBeenCalledTimes(3);
      compiled.dispose();
      expect(call([1, 2], [10, 20])).toEqual([11, 22]);
      expect(f).toHaveBeenCalledTimes(4);
      compiled.dispose();
    });
  });

  it('records anew for other numbers, texts and functions among the arguments', () => {
    tidy(() => {
      const scale = compile((x: Tensor, by: unknown) => mul(x, typeof by === 'number' ? by : 100));
      const one = tensor(1);
      expect([2, 3, '2', 2, null, undefined].map((by) => scale(one, by).item())).toEqual([2, 3, 100, 2, 100, 100]);
      expect([0, -0].map((by) => Object.is(scale(one, by).item(), by))).toEqual([true, true]);
      const map = compile((x: Tensor, f: (x: Tensor) => Tensor) => f(x));
      const times = (factor: number) => (x: Tensor) => mul(x, factor);
      expect([times(2), times(3)].map((f) => map(one, f).item())).toEqual([2, 3]);
      scale.dispose();
      map.dispose();
    });
  });

  it('gives results of their own, in any structure', () => {
    tidy(() => {
      const compiled = compile((x: Tensor) => ({ double: mul(x, 2), parts: [x, x], label: 'same' }));
      const first = compiled(tensor([1, 2]));
      const second = compiled(tensor([3, 4]));
      expect(first.double.toArray()).toEqual([2, 4]);
      expect(first.parts.map((t) => t.toArray())).toEqual([
        [1, 2],
        [1, 2],
      ]);
      expect(second.double.toArray()).toEqual([6, 8]);
      expect(second.label).toBe('same');
      compiled.dispose();
      expect(second.double.toArray()).toEqual([6, 8]);
    });
  });

  it('reads captured tensors anew at every call, and keeps their memory', () => {
    tidy(() => {
      const weight = tensor([1, 10]);
      const compiled = compile((x: Tensor) => mul(x, weight));
      const x = tensor([1, 2]);
      expect(compiled(x).toArray()).toEqual([1, 20]);
      const { used } = memory();
      weight.dispose();
      expect(memory().used).toBe(used); // the program still holds it
      full([2], 7); // would land in the freed memory
      expect(compiled(x).toArray()).toEqual([1, 20]);
      compiled.dispose();
    });
  });

  it('sees what another program wrote into a captured tensor', () => {
    tidy(() => {
      const cell = tensor([1]);
      const read = compile((x: Tensor) => add(x, cell));
      const x = tensor([5]);
      expect(read(x).item()).toBe(6);
      const scratch = tensor([41]);
      // In place, as optimisers do it.
      const { address } = cell;
      expect(address).toBe(cell.pointer());
      const { address: from } = scratch;
      copy(from, address);
      expect(read(x).item()).toBe(46);
      read.dispose();
    });
  });

  it('has the bits of the eager function, derivatives of every kind included', () => {
    tidy(() => {
      const f = (x: Tensor): Tensor => total(mul(tanh(mul(x, 1.7)), exp(sin(x))));
      const x = tensor([0.3, -1.1, 2.5, 0, -0.7]);
      const direction = tensor([1, -2, 3, -4, 5]);
      const functions: ((x: Tensor) => Tensor)[] = [
        f,
        grad(f),
        grad((y) => total(grad(f)(y))),
        (y) => jvp(f, [y], [direction])[1],
        (y) => jvp(grad(f), [y], [direction])[1],
        jacobian(tanh),
        jacobian(tanh, { mode: 'forward' }),
        hessian(f),
        (y) => {
          const [, pull] = vjp(tanh, [y]);
          const [result] = pull(ones([5]));
          pull.dispose();
          return result!;
        },
      ];
      for (const each of functions) {
        const compiled = compile(each);
        compiled(direction);
        expect(bitPatterns(compiled(x).data())).toEqual(bitPatterns(each(x).data()));
        compiled.dispose();
      }
    });
  });

  it('may be nested', () => {
    tidy(() => {
      const inner = compile((x: Tensor) => mul(x, x));
      const outer = compile((x: Tensor) => add(inner(x), 1));
      expect([2, 3].map((x) => outer(tensor(x)).item())).toEqual([5, 10]);
      expect([2, 3].map((x) => grad((y) => outer(y))(tensor(x)).item())).toEqual([4, 6]);
      const gradient = compile(grad((y) => inner(y)));
      expect(gradient(tensor(3)).item()).toBe(6);
      gradient.dispose();
      outer.dispose();
      inner.dispose();
    });
  });

  it('may return its input or a captured tensor', () => {
    tidy(() => {
      const captured = tensor(7);
      const same = compile((x: Tensor) => [x, captured]);
      const x = tensor(3);
      const results = same(x);
      for (const result of results) result.dispose();
      expect([x.item(), captured.item()]).toEqual([3, 7]);
      expect(same(tensor(4)).map((t) => t.item())).toEqual([4, 7]);
      same.dispose();
    });
  });

  it('refuses reads of values while it records, and records again afterwards', () => {
    tidy(() => {
      let read = true;
      const reads: Record<string, (x: Tensor) => unknown> = {
        data: (x) => x.data(),
        item: (x) => x.item(),
        toArray: (x) => x.toArray(),
      };
      for (const [name, each] of Object.entries(reads)) {
        read = true;
        const compiled = compile((x: Tensor) => {
          const y = exp(x);
          if (read) each(y);
          return y;
        });
        const before = [liveHandles(), memory().used];
        const x = tensor(0);
        expect(() => compiled(x)).toThrow(
          new TypeError(
            `${name}: expected values only after compile() has recorded the function, got a read inside it`,
          ),
        );
        x.dispose();
        expect([liveHandles(), memory().used]).toEqual(before);
        expect(activeRecorder()).toBeUndefined();
        read = false;
        expect(compiled(tensor(0)).item()).toBe(1);
        compiled.dispose();
      }
    });
  });

  it('gives everything back when the function throws', () => {
    const x = tensor([1, 2]);
    const captured = tensor([3, 4]);
    const { used } = memory();
    const compiled = compile((y: Tensor) =>
      grad((z: Tensor) => total(sub(mul(exp(z), captured), tensor([1, 2, 3]))))(y),
    );
    expect(() => compiled(x)).toThrow(new ShapeError('sub: expected shapes that broadcast, got [2] and [3]'));
    expect([liveHandles(), memory().used]).toEqual([2, used]);
    x.dispose();
    captured.dispose();
  });

  it('refuses asynchronous functions and disposed arguments', () => {
    tidy(() => {
      const compiled = compile((x: Tensor) => Promise.resolve(x));
      expect(() => compiled(tensor(1))).toThrow('compile: expected a synchronous function');
      const gone = tensor(1);
      gone.dispose();
      expect(() => compile(exp)(gone)).toThrow(
        new DisposedError('compile: expected a live tensor, got one of shape [] after dispose()'),
      );
      // @ts-expect-error a number is no function
      expect(() => compile(3)).toThrow(new TypeError('compile: expected f to be a function, got 3'));
    });
  });

  it('uses constant memory over 10,000 replays', () => {
    const x = tensor([0.1, 0.2, 0.3]);
    const weights = { w: tensor([1, 2, 3]), b: tensor(0.5) };
    const step = compile(valueAndGrad((p: typeof weights, input: Tensor) => total(tanh(add(mul(p.w, input), p.b)))));
    const once = (): void => {
      const [value, gradients] = step(weights, x);
      for (const each of [value, gradients.w, gradients.b]) each.dispose();
    };
    once();
    const before = memory();
    for (let i = 0; i < 10_000; i++) once();
    expect(memory()).toEqual(before);
    step.dispose();
    for (const each of [x, weights.w, weights.b]) each.dispose();
    expect(memory().used).toBe(0);
  });

  it('reuses memory inside a program: a long chain needs as much as a short one', () => {
    const usedBy = (length: number): number => {
      const chain = compile((x: Tensor) => {
        let y = exp(x);
        for (let i = 0; i < length; i++) {
          const next = mul(y, y);
          y.dispose();
          y = next;
        }
        return y;
      });
      const before = memory().used;
      const x = full([1024], 0);
      chain(x).dispose();
      x.dispose();
      const used = memory().used - before;
      chain.dispose();
      return used;
    };
    expect(usedBy(40)).toBeLessThan(usedBy(4) + 40 * 128); // records grow, buffers do not
  });

  it('frees cotangents and saved values as soon as a backward pass has used them', () => {
    const usedBy = (layers: number): number => {
      const f = (weights: readonly Tensor[]): Tensor => total(weights.reduce((x, w) => sin(mul(x, w))));
      const gradient = compile(grad(f));
      const weights = Array.from({ length: layers + 1 }, () => full([1024], 0.5));
      const before = memory().used;
      const results = gradient(weights);
      const used = memory().used - before - (layers + 1) * 2 * 4160; // less results and input buffers
      for (const each of [...weights, ...results]) each.dispose();
      gradient.dispose();
      return used;
    };
    // Forwards a layer saves two values; backwards its gradient takes the place of one of them.
    const blocks = (usedBy(30) - usedBy(10)) / 20 / 4160;
    expect(blocks).toBeGreaterThan(1.9);
    expect(blocks).toBeLessThan(2.3);
  });

  it('frees its programs on dispose', () => {
    const { used } = memory();
    const compiled = compile((x: Tensor) => mul(exp(x), x));
    tidy(() => {
      compiled(tensor([1, 2]));
      compiled(tensor([1, 2, 3]));
    });
    expect(memory().used).toBeGreaterThan(used);
    compiled.dispose();
    compiled.dispose();
    expect(memory().used).toBe(used);
  });
});

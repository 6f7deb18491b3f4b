// `using`, as compiled for engines that do not have it: what it looks for is Symbol.dispose, or its stand-in in WebKit.
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { disposable, DisposableBase } from '../../src/core/disposable.js';
import { DisposedError } from '../../src/core/errors.js';
import { mul } from '../../src/ops/mul.js';
import { vjp } from '../../src/ops/differentiation.js';
import { tensor } from '../../src/tensors/creation.js';
import { withRuntime } from '../support/live.js';

describe('using', () => {
  withRuntime(); // fails a test that leaves tensors behind

  it('disposes at the end of the block, in reverse order', () => {
    const order: string[] = [];
    class Named extends DisposableBase {
      readonly #name: string;
      constructor(name: string) {
        super();
        this.#name = name;
      }
      override dispose(): void {
        order.push(this.#name);
      }
    }
    {
      using first = new Named('first');
      using second = disposable({ dispose: () => void order.push('second') });
      expect([first, second]).toHaveLength(2);
    }
    expect(order).toEqual(['second', 'first']);
  });

  it('holds tensors, pullbacks and compiled functions', () => {
    const run = () => {
      using x = tensor([1, 2]);
      using square = compile((value: typeof x) => mul(value, value));
      const [out, pull] = vjp(square, [x]);
      using _out = out;
      using held = pull;
      const [gradient] = held(x);
      using _gradient = gradient;
      return { x, held, values: gradient?.toArray() };
    };
    const { x, held, values } = run();
    expect(values).toEqual([2, 8]);
    expect(x.disposed).toBe(true);
    expect(() => held(x)).toThrow(
      new DisposedError('vjp: expected a live tensor, got one of shape [2] after dispose()'),
    );
  });

  it('asks a subclass to say what it frees', () => {
    const base = new DisposableBase();
    expect(() => {
      base.dispose();
    }).toThrow('dispose: expected a class that says how');
  });
});

// What consoles show of a tensor: Node's by itself, Deno's through its hook.
import { execFileSync } from 'node:child_process';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { memory } from '../../src/runtime/init.js';
import { arange } from '../../src/tensors/arange.js';
import { full, tensor, zeros } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';

/** What Deno's console calls. */
function shownByDeno(value: object): unknown {
  const hook: unknown = Reflect.get(value, Symbol.for('Deno.customInspect'));
  return typeof hook === 'function' ? Reflect.apply(hook, value, [inspect, {}]) : undefined;
}

describe('consoles', () => {
  withRuntime();

  it('show shape, type and values', () => {
    tidy(() => {
      const x = tensor([[1, 2.5]]);
      expect(inspect(x)).toBe('Tensor([1, 2], f32) [[1, 2.5]]');
      expect(shownByDeno(x)).toBe(inspect(x));
      expect(inspect({ x })).toBe('{ x: Tensor([1, 2], f32) [[1, 2.5]] }');
    });
  });

  it('show what is no number, and numbers too long to be precise', () => {
    tidy(() => {
      expect(inspect(tensor([NaN, Infinity, -Infinity, 1e30, 1 / 3]))).toBe(
        'Tensor([5], f32) [NaN, Infinity, -Infinity, 1.000000015e+30, 0.33333]',
      );
      expect(inspect(tensor(Int32Array.of(2 ** 31 - 1)))).toBe('Tensor([1], i32) [2147483647]');
    });
  });

  it('show the ends of every long axis and read no more', () => {
    tidy(() => {
      expect(inspect(zeros([2, 1000]))).toBe(
        'Tensor([2, 1000], f32) [[0, 0, 0, ..., 0, 0, 0], [0, 0, 0, ..., 0, 0, 0]]',
      );
      expect(inspect(full([7, 1], 4))).toBe('Tensor([7, 1], f32) [[4], [4], [4], ..., [4], [4], [4]]');
      expect(inspect(arange(2 ** 24)).length).toBeLessThan(80);
    });
  });

  it('show that a tensor is disposed of, or has no values yet', () => {
    const x = tensor([1, 2]);
    let text = '';
    const twice = compile((value: Tensor) => {
      text = inspect(value);
      return value;
    });
    twice(x).dispose();
    twice.dispose();
    expect(text).toBe('Tensor([2], f32) without values while compile() records');
    x.dispose();
    expect(inspect(x)).toBe('Tensor(disposed, [2])');
  });

  it('leave no tensor behind', () => {
    const x = tensor([1, 2]);
    const { liveTensors, used } = memory();
    inspect(x);
    expect(memory()).toMatchObject({ liveTensors, used });
    x.dispose();
  });
});

it('console.log of the built package shows values', () => {
  const source = `import { init, tensor } from 'wasmgrad'; await init(); console.log(tensor([1, 2]));`;
  const cwd = new URL('../..', import.meta.url);
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', source], { cwd, encoding: 'utf8' });
  expect(out).toBe('Tensor([2], f32) [1, 2]\n');
});

// Arguments and results that hold themselves: the function that was called says so.
import { describe, expect, it } from 'vitest';
import { compile, grad, jvp, mul, ones, sum, tidy, valueAndGrad, vjp, type Tensor } from '../../src/index.js';
import { withRuntime } from '../support/live.js';
import { wrong } from '../support/wrong.js';

const list: unknown[] = [];
list.push(list);
const object: Record<string, unknown> = {};
object['self'] = object;

const ENDLESS = 'expected arrays and objects that end, got one that holds itself';

describe.each([
  ['an array', list],
  ['an object', object],
])('%s that holds itself', (_, cycle) => {
  withRuntime();

  it('is refused as an argument', () => {
    const f = (x: Tensor): Tensor => sum(mul(x, x));
    expect(() => grad(f)(wrong(cycle))).toThrow(`grad: ${ENDLESS}`);
    expect(() => valueAndGrad(f)(wrong(cycle))).toThrow(`valueAndGrad: ${ENDLESS}`);
    expect(() => compile(f)(wrong(cycle))).toThrow(`compile: ${ENDLESS}`);
    expect(() => tidy(() => compile((x: Tensor, _options: unknown) => f(x))(ones([2]), cycle))).toThrow(
      `compile: ${ENDLESS}`,
    );
  });

  it('is refused as a result', () => {
    tidy(() => {
      const x = ones([2]);
      const f = (): Tensor => wrong(cycle);
      expect(() => grad(f)(x)).toThrow('grad: expected the function to return a tensor, got');
      expect(() => vjp(f, [x])).toThrow('vjp: expected the function to return a tensor, got');
      expect(() => jvp(f, [x], [x])).toThrow('jvp: expected the function to return a tensor, got');
      expect(() => compile(f)()).toThrow(`compile: ${ENDLESS}`);
    });
  });
});

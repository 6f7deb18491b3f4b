// Operands of two element types, or of the wrong one: refused alike wherever the operation is called, in its name.
import { describe, expect, it } from 'vitest';
import * as api from '../../src/index.js';
import { withRuntime } from '../support/live.js';
import { wrong } from '../support/wrong.js';

type Call = (x: api.Tensor, y: api.Tensor) => api.Tensor;

/** Operations that take two tensors of one type, and those that take f32 only. */
const pairs = {
  ...pick('add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum', 'greater', 'less', 'equal', 'matmul'),
};
const floats = pick('exp', 'log', 'sin', 'sqrt', 'sigmoid', 'tanh', 'relu', 'gelu', 'softmax', 'std', 'mean', 'square');

function pick(...names: readonly string[]): Readonly<Record<string, Call>> {
  return Object.fromEntries(names.map((name) => [name, wrong(Reflect.get(api, name))]));
}

const calls: readonly (readonly [string, Call])[] = [
  ...Object.entries(pairs),
  ...Object.entries(pairs).map(([name, f]): [string, Call] => [name, (x, y) => f(y, x)]),
  ...Object.entries(floats).map(([name, f]): [string, Call] => [name, (_, y) => f(y, wrong(undefined))]),
  ['concat', (x, y) => api.concat([x, y], 0)],
  ['stack', (x, y) => api.stack([x, y], 0)],
  ['where', (x, y) => api.where(x, x, y)],
];

function messageOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    return error instanceof Error ? `${error.name} ${error.message}` : '';
  }
  return 'nothing thrown';
}

describe('operands of different types', () => {
  withRuntime();

  it.each(calls)('are refused by %s eagerly, in transformations and while recording', (name, f) => {
    api.tidy(() => {
      const x = api.ones([2, 2]);
      const y = wrong<api.Tensor>(api.tensor(Int32Array.of(1, 2, 3, 4), [2, 2]));
      const compiled = api.compile(f);
      const total = (a: api.Tensor): api.Tensor => api.sum(f(a, y));
      const messages = [
        () => f(x, y),
        () => compiled(x, y),
        () => api.grad(total)(x),
        () => api.compile(api.grad(total))(x),
        () => api.vjp((a) => f(a, y), [x]),
        () => api.jvp((a) => f(a, y), [x], [x]),
      ].map(messageOf);
      expect(new Set(messages).size, messages.join('\n')).toBe(1);
      expect(messages[0]).toMatch(new RegExp(`^DTypeError ${name}: expected .*, got .*i32`));
    });
  });
});

import * as api from '../../../src/index.js';
import { disposing, method, type Callable, type Row, type Rows } from '../row.js';
import type { World } from '../world.js';

const ERROR = { exempt: 'an error class takes any message' };

/** The runtime, the errors, and tensors with their methods. */
export function tensorRows(w: () => World): Rows {
  const row = (call: Callable, args: Row['args']): Row => ({ room: 'tensors', call, args });
  const reading = (name: string): Row =>
    row(
      method(() => w().scalar, name),
      () => [[]],
    );
  return {
    'index/DTypeError': ERROR,
    'index/DisposedError': ERROR,
    'index/FormatError': ERROR,
    'index/NonFiniteError': ERROR,
    'index/NotInitializedError': ERROR,
    'index/OutOfMemoryError': ERROR,
    'index/ShapeError': ERROR,
    'index/WorkerError': ERROR,
    'index/Tensor': { exempt: 'for types and instanceof: its constructor is internal' },
    'index/init': {
      room: 'runtime',
      call: api.init,
      args: () => [[{ threads: 1, simd: 'strict', maximumMemory: 2 ** 26 }], []],
    },
    'index/memory': { room: 'runtime', call: api.memory, args: () => [[]] },
    'index/arange': row(api.arange, () => [[4], [1, 2, 0.25]]),
    'index/eye': row(api.eye, () => [[3]]),
    'index/full': row(api.full, () => [[[2, 3], 0.5]]),
    'index/linspace': row(api.linspace, () => [
      [0, 1],
      [0, 1, 5, { endpoint: false }],
    ]),
    'index/ones': row(api.ones, () => [[[2, 3]]]),
    'index/zeros': row(api.zeros, () => [[[2, 3]]]),
    'index/randomNormal': row(api.randomNormal, () => [[[2, 3], { seed: 1, mean: 1, std: 2 }], [[2]]]),
    'index/randomTruncatedNormal': row(api.randomTruncatedNormal, () => [
      [[2, 3], { seed: 1, mean: 1, std: 2 }],
      [[2]],
    ]),
    'index/randomUniform': row(api.randomUniform, () => [[[2, 3], { seed: 1, min: 1, max: 2 }], [[2]]]),
    'index/tensor': row(api.tensor, () => [
      [[[1, 2], [3, 4]]], // prettier-ignore
      [[1, 2, 3, 4], [2, 2], 'i32'],
      [Float32Array.of(1, 2), [2, 1], 'f32'],
      [[Float32Array.of(1, 2), [3, 4]]],
    ]),
    'index/tidy': {
      ...row(api.tidy, () => [[() => api.add(w().x, 1)], [() => [w().x, { a: api.neg(w().x) }]]]),
    },
    'returned to tidy': {
      room: 'tensors',
      call: (value: unknown) => api.tidy(() => value),
      args: () => [[[w().x, { a: 1 }]]],
      names: ['tidy'],
    },
    'Tensor.data': reading('data'),
    'Tensor.item': reading('item'),
    'Tensor.toArray': reading('toArray'),
    'Tensor.toString': reading('toString'),
    'Tensor.assertAlive': { exempt: 'internal' },
    'Tensor.pointer': { exempt: 'internal' },
    'Tensor.alias': { exempt: 'internal' },
    'Tensor.view': { exempt: 'internal' },
    'Tensor.dispose': row(
      disposing(() => api.zeros([2])),
      () => [[]],
    ),
  };
}

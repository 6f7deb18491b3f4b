// Numbers that a function makes inside a program stay what they are at every replay, although memory is used again.
import { expect, it } from 'vitest';
import * as api from '../../src/index.js';
import { withRuntime } from '../support/live.js';

withRuntime();
const { tensor } = api;

const N = 5;
const floats = (x: api.Tensor<'i32'>): api.Tensor => api.cast(x, 'f32');
const makers: Readonly<Record<string, (x: api.Tensor) => api.Tensor>> = {
  arange: () => api.arange(N),
  eye: () => api.matmul(tensor([1, 2, 3, 4, 5]), api.eye(N)),
  full: () => api.full([N], 3),
  linspace: () => api.linspace(0, 1, N),
  oneHot: () => api.oneHot(tensor([2], [], 'i32'), N),
  ones: () => api.ones([N]),
  randomBernoulli: () => api.randomBernoulli([N], { seed: 1 }),
  randomCategorical: () => floats(api.randomCategorical(api.zeros([N, 3]), { seed: 1 })),
  randomNormal: () => api.randomNormal([N], { seed: 1 }),
  randomPermutation: () => floats(api.randomPermutation(N, { seed: 1 })),
  'randomPermutation of a tensor': (x) => api.randomPermutation(x, { seed: 1 }),
  randomTruncatedNormal: () => api.randomTruncatedNormal([N], { seed: 1 }),
  randomUniform: () => api.randomUniform([N], { seed: 1 }),
  repeat: (x) => api.repeat(api.slice(x, [0], [2]), [2, 3]),
  tensor: () => tensor([5, 4, 3, 2, 1]),
  zeros: () => api.zeros([N]),
};

it.each(Object.entries(makers))('%s', (_, make) => {
  api.tidy(() => {
    const f = (x: api.Tensor): api.Tensor => {
      let y = api.sin(x);
      for (let i = 0; i < 3; i++) y = api.mul(api.add(api.sin(api.mul(y, make(x))), api.cumsum(api.add(y, x))), 0.3);
      return y;
    };
    const x = tensor([1, 2, 3, 4, 5]);
    const expected = f(x).toArray();
    const program = api.compile(f);
    for (let replay = 0; replay < 3; replay++) expect(program(x).toArray()).toEqual(expected);
    program.dispose();
    const twice = api.scan((carry: api.Tensor) => [f(carry), carry] as const, x, undefined, { length: 2 });
    expect(twice[0].toArray()).toEqual(f(f(x)).toArray());
  });
});

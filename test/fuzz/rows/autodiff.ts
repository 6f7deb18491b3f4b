import * as api from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { disposing, type Callable, type Row, type Rows } from '../row.js';
import type { World } from '../world.js';

const squares = (x: Tensor): Tensor => api.sum(api.mul(x, x));
const twice = (x: Tensor): Tensor => api.mul(x, 2);
/** What the functions above say themselves of what they are handed. */
const OPERATIONS = ['sum', 'mul'];

/** Transformations, and what they return. */
export function autodiffRows(w: () => World): Rows {
  const row = (call: Callable, args: Row['args'], ...names: readonly string[]): Row => ({
    room: 'autodiff',
    call,
    args,
    ...(names.length > 0 && { names: [...names, ...OPERATIONS] }),
  });
  const pullback = (): ReturnType<typeof api.vjp>[1] => {
    const [out, pull] = api.vjp(twice, [w().x]);
    out.dispose();
    return pull;
  };
  const compiled = (): ReturnType<typeof api.compile<[Tensor, number], Tensor>> =>
    api.compile((x: Tensor, t: number) => api.mul(x, t));
  return {
    'index/checkGradients': row(
      api.checkGradients,
      () => [[twice, [w().pair], { tolerance: 0.1, step: 0.1 }]],
      'checkGradients',
    ),
    'index/compile': row(api.compile, () => [[twice]]),
    'returned by compile': row(
      (...args: [Tensor, number]) => {
        const f = compiled();
        try {
          return f(...args);
        } finally {
          f.dispose();
        }
      },
      () => [[w().x, 2]],
      'compile',
    ),
    'compile of': row((f: () => Tensor) => {
      const g = api.compile(f);
      try {
        return g();
      } finally {
        g.dispose();
      }
    }, () => [[() => api.neg(w().x)]], 'compile'), // prettier-ignore
    'dispose of compile': row(disposing(compiled), () => [[]]),
    'index/grad': row(api.grad, () => [[squares]]),
    'returned by grad': row(api.grad(squares), () => [[w().x]], 'grad'),
    'grad by a tree': row(
      api.grad((tree: { a?: readonly Tensor[] }) => squares(tree.a?.[0] ?? w().y)),
      () => [[{ a: [w().x, w().y], b: 1 }]],
      'grad',
    ),
    'grad of': row(
      (f: (x: Tensor) => Tensor) => api.grad(f)(w().x),
      () => [[squares]],
      'grad',
    ),
    'index/valueAndGrad': row(api.valueAndGrad, () => [[squares]]),
    'returned by valueAndGrad': row(api.valueAndGrad(squares), () => [[w().x]], 'valueAndGrad'),
    'index/graph': row(api.graph, () => [[twice, [w().x]]], 'graph'),
    'index/hessian': row(api.hessian, () => [[squares]]),
    'returned by hessian': row(api.hessian(squares), () => [[w().pair]], 'hessian'),
    'index/jacobian': row(api.jacobian, () => [[twice, { mode: 'forward' }]]),
    'returned by jacobian': row(api.jacobian(twice), () => [[w().pair]], 'jacobian'),
    'returned by jacobian, forward': row(api.jacobian(twice, { mode: 'forward' }), () => [[w().pair]], 'jacobian'),
    'index/jvp': row(api.jvp, () => [[twice, [w().x], [w().y]]], 'jvp'),
    'index/vjp': row(api.vjp, () => [[twice, [w().x]]], 'vjp'),
    'returned by vjp': row(
      (cotangent: Tensor) => {
        const pull = pullback();
        try {
          return pull(cotangent);
        } finally {
          pull.dispose();
        }
      },
      () => [[w().y]],
      'vjp',
    ),
    'dispose of vjp': row(disposing(pullback), () => [[]]),
  };
}

// Derivative rules of a fused operation. The fused kernels cover the usual case, first-order reverse mode; forward mode
// and higher orders differentiate the equivalent composition of elementary operations instead.
import { gradOf } from '../../autodiff/grad.js';
import { jvpOf } from '../../autodiff/jvp.js';
import { viewAs } from '../../autodiff/linear.js';
import type { Applied, Maybe, RuleTable, Rules, Tensors } from '../../autodiff/op.js';
import { sizeOf } from '../../core/shapes.js';
import type { Tensor } from '../../tensors/tensor.js';
import { add } from '../add.js';
import { concat } from '../concat.js';
import { mul } from '../mul.js';
import { slice } from '../slice.js';
import { sumTo } from '../broadcast.js';
import { checkFloats } from './operands.js';

/**
 * The operation's first, differentiable outputs as a function of all its inputs, written with ops. The table of rules
 * is for compositions that contain a gradient.
 */
export type Composition<A, I extends Tensors = readonly Tensor[]> = (
  inputs: I,
  attributes: A,
  table: RuleTable,
) => readonly Tensor[];

/** sum_i <x_i, y_i>, where there is a y_i. */
export function innerProduct(xs: readonly Tensor[], ys: readonly Maybe[]): Tensor {
  const terms = xs.flatMap((x, i) => {
    const y = ys[i];
    return y ? [sumTo(mul(x, y), [])] : [];
  });
  return terms.reduce((total, term) => add(total, term));
}

/** The inputs with some of them, which are f32, replaced by others. */
function exchanged<I extends Tensors>(inputs: I, which: readonly number[], moved: readonly Tensor[]): I;
// Every position keeps its type, as the signature says; the compiler cannot verify it for a list.
function exchanged(inputs: Tensors, which: readonly number[], moved: readonly Tensor[]): Tensors {
  return inputs.map((input, i) => moved[which.indexOf(i)] ?? input);
}

/** The composition as a function of some of the inputs. */
function restricted<A, I extends Tensors>(
  compose: Composition<A, I>,
  { inputs, attributes, table }: Applied<A, I>,
  which: readonly number[],
) {
  return (moved: readonly Tensor[]): readonly Tensor[] => compose(exchanged(inputs, which, moved), attributes, table);
}

const flat = (x: Tensor): Tensor => viewAs(x, [x.size]);

/**
 * Both rules of an operation that equals a composition.
 *
 * @param relevant number of inputs to differentiate by; those after them are functions of them. Default all.
 */
export function composedRules<A, I extends Tensors = readonly Tensor[]>(
  compose: Composition<A, I>,
  relevant: (inputs: Tensors) => number = (inputs) => inputs.length,
): Pick<Rules<A, I>, 'vjp' | 'jvp'> {
  return {
    vjp: (applied, cotangents) => {
      const { inputs, needs, table } = applied;
      const count = relevant(inputs);
      const which = inputs.flatMap((_, i) => (needs[i] && i < count ? [i] : []));
      if (which.length === 0) return [];
      const f = restricted(compose, applied, which);
      const points = checkFloats(
        'vjp',
        inputs.filter((_, i) => which.includes(i)),
      );
      const inner = (moved: readonly Tensor[]): Tensor => innerProduct(f(moved), cotangents);
      const gradients = gradOf('vjp', table, inner)(points);
      return inputs.map((_, i) => gradients[which.indexOf(i)]);
    },
    jvp: (applied, tangents) => {
      const { inputs, table } = applied;
      const count = relevant(inputs);
      const which = inputs.flatMap((_, i) => (tangents[i] && i < count ? [i] : []));
      if (which.length === 0) return [];
      const f = restricted(compose, applied, which);
      const points = checkFloats(
        'jvp',
        inputs.filter((_, i) => which.includes(i)),
      );
      const directions = which.flatMap((i) => tangents[i] ?? []);
      const shapes: Tensor[] = [];
      const [, all] = jvpOf(
        'jvp',
        table,
        (...moved) => {
          const outputs = f(moved);
          shapes.push(...outputs);
          return concat(outputs.map(flat));
        },
        points,
        directions,
      );
      let begin = 0;
      return shapes.map(({ shape }) => {
        const size = sizeOf(shape);
        begin += size;
        return viewAs(slice(all, [begin - size], [size]), shape);
      });
    },
  };
}

import { callable, show } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { sameShape, shapeText } from '../core/shapes.js';
import { gradOf } from '../autodiff/grad.js';
import { applyOne, type Maybe, type Op } from '../autodiff/op.js';
import { zeros } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import { isTensor, type Tensor } from '../tensors/tensor.js';
import { stopGradient } from './stopGradient.js';
import { nth, only } from './support/arguments.js';
import { innerProduct } from './support/composition.js';
import { checkDType, checkTensor } from './support/operands.js';

/** A function of f32 tensors whose result is one. */
export type CustomFunction<I extends readonly Tensor[] = Tensor[]> = (...inputs: I) => Tensor;

/** Cotangents of the inputs from that of the output: linear in it, and written with operations. */
export type CustomPullback<I extends readonly Tensor[] = readonly Tensor[]> = (
  cotangent: Tensor,
  inputs: I,
  output: Tensor,
) => readonly Maybe[];

/** What a pullback returns, checked. */
function pulled(
  pullback: CustomPullback,
  cotangent: Tensor,
  inputs: readonly Tensor[],
  output: Tensor,
): readonly Maybe[] {
  const gradients: unknown = pullback(cotangent, inputs, output);
  if (!Array.isArray(gradients) || gradients.length !== inputs.length) {
    refuse(TypeError, 'customGradient', `${inputs.length} gradients from the pullback, in an array`, show(gradients));
  }
  return Array.from<unknown, Maybe>(gradients, (gradient, i) => {
    if (gradient === undefined) return undefined;
    if (!isTensor(gradient))
      refuse(TypeError, 'customGradient', 'tensors or undefined from the pullback', show(gradient));
    const { shape } = nth(inputs, i);
    if (!sameShape(gradient.shape, shape)) {
      refuse(ShapeError, 'customGradient', `gradient ${i} of shape ${shapeText(shape)}`, gradient.shape);
    }
    return checkDType('customGradient', gradient, 'f32');
  });
}

// The first input is the value of the function, whose memory the output shares; the others are what it is differentiated by.
const customOp: Op<CustomPullback> = {
  name: 'customGradient',
  infer: (inputs) => [nth(inputs, 0)],
  rules: {
    vjp: ({ inputs: [, ...inputs], outputs, attributes: pullback }, [cotangent]) =>
      cotangent ? [undefined, ...pulled(pullback, cotangent, inputs, only(outputs))] : [],
    // A linear function's transpose is the gradient of <pullback(c), tangents> by c, at any c.
    jvp: ({ inputs: [, ...inputs], outputs, attributes: pullback, table }, [, ...tangents]) => {
      const output = only(outputs);
      const inner = (cotangent: Tensor): Tensor => {
        const pairs = pulled(pullback, cotangent, inputs, output).flatMap((gradient, i) => {
          const tangent = tangents[i];
          return gradient && tangent ? [{ gradient, tangent }] : [];
        });
        if (pairs.length === 0) return innerProduct([cotangent], [zeros(cotangent.shape)]);
        return innerProduct(
          pairs.map(({ gradient }) => gradient),
          pairs.map(({ tangent }) => tangent),
        );
      };
      return [gradOf('customGradient', table, inner)(zeros(output.shape))];
    },
    saves: { inputs: true, outputs: true },
  },
};

/**
 * A function with a derivative of its own: to make it stable, to limit gradients, or to give a step a slope.
 *
 * @param f a function of f32 tensors, written with operations. Its own derivative is not used, and tensors that it takes from
 *   outside are constants.
 * @param pullback gets the cotangent of the output, the inputs and the output; returns a cotangent for each input, or
 *   `undefined` for zeros. Forward mode and higher orders follow from it, if it is linear in the cotangent and written with
 *   operations.
 * @returns f with that derivative
 * @throws TypeError unless both are functions. The function returned: TypeError, ShapeError, DTypeError for inputs, output or
 *   gradients
 * @example
 * ```ts
 * import { customGradient, grad, init, round, tensor } from 'wasmgrad';
 * await init();
 * const straightThrough = customGradient((x) => round(x), (cotangent) => [cotangent]);
 * console.log(grad(straightThrough)(tensor(1.7)).item()); // 1
 * ```
 */
export function customGradient<I extends readonly Tensor[]>(
  f: CustomFunction<I>,
  pullback: CustomPullback<I>,
): CustomFunction<I>;
export function customGradient(f: CustomFunction, pullback: CustomPullback): CustomFunction {
  callable('customGradient', 'f', f);
  callable('customGradient', 'pullback', pullback);
  return (...inputs) => {
    if (inputs.length === 0) refuse(TypeError, 'customGradient', 'at least one tensor', 'none');
    for (const x of inputs) checkDType('customGradient', checkTensor('customGradient', x), 'f32');
    return scoped(
      () => {
        const value: unknown = f(...inputs.map((x) => stopGradient(x)));
        if (!isTensor(value)) refuse(TypeError, 'customGradient', 'f to return a tensor', show(value));
        const constant = stopGradient(checkDType('customGradient', value, 'f32'));
        return applyOne(customOp, [constant, ...inputs], pullback);
      },
      (y) => [y],
    );
  };
}

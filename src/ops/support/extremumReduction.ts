import * as kernels from '../../runtime/generated/kernels.js';
import { ShapeError } from '../../core/errors.js';
import { shapeText } from '../../core/shapes.js';
import { viewAs } from '../../autodiff/linear.js';
import { applyOne, type Op } from '../../autodiff/op.js';
import { hasDType, type DType, type Tensor } from '../../tensors/tensor.js';
import { div } from '../div.js';
import { equal } from '../equal.js';
import { mul } from '../mul.js';
import { scaledSum } from '../sum.js';
import { only } from './arguments.js';
import { checkDType, checkTensor } from './operands.js';
import { integerReduction } from './integerReduction.js';
import { reduceAxes } from './reducing.js';
import { checkReduction, type ReduceOptions, type Reduction } from './reduction.js';

/**
 * Each element's share of the derivative: 1 / (number of elements equal to the result) if it is one of them, else 0.
 */
function shares(x: Tensor, y: Tensor, reduction: Reduction): Tensor {
  const reached = equal(x, viewAs(y, reduction.kept));
  return div(reached, viewAs(scaledSum(reached, reduction, 1), reduction.kept));
}

function extremumOp(name: 'max' | 'min'): Op<Reduction> {
  const kernel = name === 'max' ? kernels.maxReduce : kernels.minReduce;
  return {
    name,
    infer: (_, { out }) => [{ shape: out, dtype: 'f32' }],
    forward: (inputs, outputs, { axes }) => {
      reduceAxes(kernel, only(inputs), only(outputs), axes);
    },
    rules: {
      vjp: ({ inputs, outputs, attributes }, [cotangent]) => [
        cotangent && mul(shares(only(inputs), only(outputs), attributes), viewAs(cotangent, attributes.kept)),
      ],
      jvp: ({ inputs, outputs, attributes }, [tangent]) => [
        tangent && scaledSum(mul(shares(only(inputs), only(outputs), attributes), tangent), attributes, 1),
      ],
      saves: { inputs: true, outputs: true },
    },
  };
}

/** The largest or smallest element over axes, as a public operation. */
export function extremumReduction(
  name: 'max' | 'min',
): <D extends DType>(x: Tensor<D>, options: ReduceOptions) => Tensor<D> {
  const op = extremumOp(name);
  const ofIntegers = integerReduction(name, name === 'max' ? kernels.maxI32Reduce : kernels.minI32Reduce);
  return (x, options) => {
    checkTensor(name, x);
    const reduction = checkReduction(name, x.shape, options);
    if (reduction.count === 0) {
      throw new ShapeError(`${name}: expected at least one element to choose from, got ${shapeText(x.shape)}`);
    }
    return hasDType(x, 'f32')
      ? checkDType(name, applyOne(op, [x], reduction), x.dtype)
      : applyOne(ofIntegers, [x], reduction);
  };
}

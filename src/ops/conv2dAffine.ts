import { finiteNumber, knownOptions, oneOf } from '../core/checks.js';
import { onBehalfOf, ShapeError } from '../core/errors.js';
import { shapeText } from '../core/shapes.js';
import { addMaybe } from '../autodiff/linear.js';
import { applyOne, type Op, type Rules } from '../autodiff/op.js';
import type { Tensor } from '../tensors/tensor.js';
import { broadcastTo, sumTo } from './broadcast.js';
import { conv2dGeometry, convolution, filterGradient, inputGradient, type Conv2dOptions } from './conv2d.js';
import { nth, only } from './support/arguments.js';
import { callConv2d } from './support/convolution.js';
import {
  fusedActivations,
  fusedArguments,
  throughActivation,
  type AffineActivation,
  type FusedActivation,
} from './support/fusedActivation.js';
import { checkDType, checkTensor } from './support/operands.js';
import { imageShape, type Geometry } from './support/window.js';

export interface Conv2dAffineOptions extends Conv2dOptions {
  /** Default `'linear'`. */
  readonly activation?: AffineActivation | undefined;
  /** Of leakyRelu below zero, >= 0. Default 0.2. */
  readonly slope?: number | undefined;
}

interface Attributes extends FusedActivation {
  readonly geometry: Geometry;
}

const rules: Rules<Attributes> = {
  vjp: ({ inputs, outputs, attributes, needs }, [cotangent]) => {
    if (!cotangent) return [];
    const { geometry } = attributes;
    const dz = throughActivation(cotangent, only(outputs), attributes);
    return [
      needs[0] ? inputGradient(dz, nth(inputs, 1), geometry) : undefined,
      needs[1] ? filterGradient(nth(inputs, 0), dz, geometry) : undefined,
      needs[2] ? sumTo(dz, dz.shape.slice(3)) : undefined,
    ];
  },
  jvp: ({ inputs, outputs, attributes }, [dx, dFilter, dBias]) => {
    const [x, filter, y] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
    const { geometry } = attributes;
    const byProduct = addMaybe(dx && convolution(dx, filter, geometry), dFilter && convolution(x, dFilter, geometry));
    const dz = addMaybe(byProduct, dBias && broadcastTo(dBias, y.shape));
    return [dz && throughActivation(dz, y, attributes)];
  },
  saves: { inputs: true, outputs: true },
};

/** Image, filter and optionally bias [out]: one convolution that applies bias and activation to its result. */
const conv2dAffineOp: Op<Attributes> = {
  name: 'conv2dAffine',
  infer: (_, { geometry }) => [{ shape: imageShape(geometry, 'output'), dtype: 'f32' }],
  forward: (inputs, outputs, attributes) => {
    const epilogue = { bias: inputs[2]?.pointer() ?? 0, ...fusedArguments(attributes) };
    callConv2d(nth(inputs, 0), nth(inputs, 1), only(outputs), attributes.geometry, epilogue);
  },
  rules,
};

/** The same without an activation, so that its output need not be kept for the derivative. */
const linearOp: Op<Attributes> = { ...conv2dAffineOp, rules: { ...rules, saves: { inputs: true } } };

/**
 * `activation(conv2d(x, filter) + bias)` in one kernel call, like a convolutional layer.
 *
 * @param x f32 [batch, height, width, in]
 * @param filter f32 [kernel height, kernel width, in / groups, out]
 * @param bias f32 [out]; none when undefined
 * @param options those of `conv2d`, and `activation`, `slope`
 * @returns [batch, rows, columns, out]
 * @throws ShapeError, DTypeError; TypeError, RangeError for bad options
 * @example
 * ```ts
 * import { conv2dAffine, init, ones, tensor } from 'wasmgrad';
 * await init();
 * const y = conv2dAffine(ones([1, 3, 3, 1]), ones([3, 3, 1, 1]), tensor([-10]), { activation: 'relu' });
 * console.log(y.item()); // 0
 * ```
 */
export function conv2dAffine(x: Tensor, filter: Tensor, bias?: Tensor, options: Conv2dAffineOptions = {}): Tensor {
  return affineConvolution('conv2dAffine', x, filter, bias, options);
}

/** The same for other functions, which errors name (`where`). */
export function affineConvolution(
  where: string,
  x: Tensor,
  filter: Tensor,
  bias: Tensor | undefined,
  options: Conv2dAffineOptions,
): Tensor {
  knownOptions(where, options, ['strides', 'padding', 'dilations', 'groups', 'activation', 'slope']);
  const { activation = 'linear', slope = 0.2, ...rest } = options;
  oneOf(where, 'activation', activation, fusedActivations);
  finiteNumber(where, 'slope', slope, { min: 0 });
  const geometry = conv2dGeometry(where, x, filter, rest);
  if (bias !== undefined) {
    checkDType(where, checkTensor(where, bias), 'f32');
    if (bias.shape.length !== 1 || bias.shape[0] !== geometry.outChannels) {
      throw new ShapeError(
        `${where}: expected bias [${geometry.outChannels}] for filter ${shapeText(filter.shape)}, got ${shapeText(bias.shape)}`,
      );
    }
  }
  return onBehalfOf(where, () =>
    applyOne(activation === 'linear' ? linearOp : conv2dAffineOp, bias ? [x, filter, bias] : [x, filter], {
      geometry,
      activation,
      slope,
    }),
  );
}

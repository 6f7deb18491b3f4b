import { finiteNumber, knownOptions, oneOf, show } from '../core/checks.js';
import { elu } from '../ops/elu.js';
import { gelu } from '../ops/gelu.js';
import { leakyRelu } from '../ops/leakyRelu.js';
import { relu } from '../ops/relu.js';
import { sigmoid } from '../ops/sigmoid.js';
import { silu } from '../ops/silu.js';
import { softmax } from '../ops/softmax.js';
import { softplus } from '../ops/softplus.js';
import { tanh } from '../ops/tanh.js';
import type { Tensor } from '../tensors/tensor.js';

const names = ['linear', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'elu', 'gelu', 'silu', 'softplus', 'softmax'] as const;

export type ActivationName = (typeof names)[number];

/** A named activation, one with its parameter, or any function of a tensor. */
export type Activation =
  | ActivationName
  | { readonly name: 'leakyRelu'; readonly slope?: number }
  | { readonly name: 'elu'; readonly alpha?: number }
  | { readonly name: 'gelu'; readonly approximate?: false | 'tanh' }
  | ((x: Tensor) => Tensor);

/** An activation ready for use. */
export interface ResolvedActivation {
  /** `'custom'` for a function. */
  readonly name: ActivationName | 'custom';
  /** As plain data, absent for functions. */
  readonly config?: string | Readonly<Record<string, unknown>>;
  readonly apply: (x: Tensor) => Tensor;
  /** Slope below zero, for leakyRelu. */
  readonly slope: number;
}

/** Keras' slope of leaky ReLU below zero. */
const SLOPE = 0.2;

function byName(name: ActivationName): (x: Tensor) => Tensor {
  switch (name) {
    case 'linear':
      return (x) => x;
    case 'sigmoid':
      return sigmoid;
    case 'tanh':
      return tanh;
    case 'relu':
      return relu;
    case 'leakyRelu':
      return (x) => leakyRelu(x, SLOPE);
    case 'elu':
      return (x) => elu(x);
    case 'gelu':
      return (x) => gelu(x);
    case 'silu':
      return silu;
    case 'softplus':
      return softplus;
    case 'softmax':
      return (x) => softmax(x);
  }
}

/** Checks an activation option and makes it callable. */
export function resolveActivation(where: string, activation: Activation): ResolvedActivation {
  if (typeof activation === 'function') return { name: 'custom', apply: activation, slope: 0 };
  if (typeof activation === 'string') {
    const name = oneOf(where, 'activation', activation, names);
    return { name, config: name, apply: byName(name), slope: name === 'leakyRelu' ? SLOPE : 0 };
  }
  if (typeof activation !== 'object' || (activation as unknown) === null) {
    throw new TypeError(`${where}: expected activation to be a name, an object or a function, got ${show(activation)}`);
  }
  return withParameter(where, activation);
}

function withParameter(
  where: string,
  activation: Exclude<Activation, string | ((x: Tensor) => Tensor)>,
): ResolvedActivation {
  const at = `${where}: activation`;
  oneOf(where, 'activation.name', activation.name, ['leakyRelu', 'elu', 'gelu']);
  const config = { ...activation };
  if (activation.name === 'leakyRelu') {
    knownOptions(at, activation, ['name', 'slope']);
    const slope = finiteNumber(where, 'activation.slope', activation.slope ?? SLOPE);
    return { name: 'leakyRelu', config, apply: (x) => leakyRelu(x, slope), slope };
  }
  if (activation.name === 'elu') {
    knownOptions(at, activation, ['name', 'alpha']);
    const alpha = finiteNumber(where, 'activation.alpha', activation.alpha ?? 1);
    return { name: 'elu', config, apply: (x) => elu(x, alpha), slope: 0 };
  }
  knownOptions(at, activation, ['name', 'approximate']);
  const approximate = activation.approximate ?? false;
  if (approximate !== false) oneOf(where, 'activation.approximate', approximate, ['tanh']);
  return { name: 'gelu', config, apply: (x) => gelu(x, { approximate }), slope: 0 };
}

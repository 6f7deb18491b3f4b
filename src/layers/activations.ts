import { finiteNumber, knownOptions, oneOf, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { elu } from '../ops/elu.js';
import { gelu } from '../ops/gelu.js';
import { leakyRelu } from '../ops/leakyRelu.js';
import { relu } from '../ops/relu.js';
import { sigmoid } from '../ops/sigmoid.js';
import { silu } from '../ops/silu.js';
import { softmaxLast } from '../ops/softmax.js';
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
  /** Slope below zero, of leakyRelu. */
  readonly slope: number;
}

/** Keras' slope of leaky ReLU below zero. */
const SLOPE = 0.2;

/** By name, without parameters: the operations' own defaults are those of Keras. */
const byName: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  linear: (x) => x,
  sigmoid,
  tanh,
  relu,
  leakyRelu,
  elu,
  gelu,
  silu,
  softplus,
  softmax: softmaxLast,
};

/** Checks an activation option and makes it callable. */
export function resolveActivation(where: string, activation: Activation): ResolvedActivation {
  if (typeof activation === 'function') return { name: 'custom', apply: activation, slope: 0 };
  if (typeof activation === 'string') {
    const name = oneOf(where, 'activation', activation, names);
    return { name, config: name, apply: byName[name], slope: SLOPE };
  }
  if (typeof activation !== 'object' || (activation as unknown) === null) {
    refuse(TypeError, where, 'activation to be a name, an object or a function', show(activation));
  }
  return withParameter(where, activation);
}

/** The parameter of each activation that has one. */
const parameters = { leakyRelu: 'slope', elu: 'alpha', gelu: 'approximate' } as const;

/** An activation with whatever parameter it has. */
interface Parameters {
  readonly slope?: number;
  readonly alpha?: number;
  readonly approximate?: false | 'tanh';
}

function withParameter(
  where: string,
  activation: Exclude<Activation, string | ((x: Tensor) => Tensor)>,
): ResolvedActivation {
  const name = oneOf(where, 'activation.name', activation.name, ['leakyRelu', 'elu', 'gelu']);
  knownOptions(`${where}: activation`, activation, ['name', parameters[name]]);
  const { slope = SLOPE, alpha = 1, approximate = false }: Parameters = activation;
  finiteNumber(where, 'activation.slope', slope);
  finiteNumber(where, 'activation.alpha', alpha);
  if (approximate !== false) oneOf(where, 'activation.approximate', approximate, ['tanh']);
  const functions: Record<typeof name, (x: Tensor) => Tensor> = {
    leakyRelu: (x) => leakyRelu(x, slope),
    elu: (x) => elu(x, alpha),
    gelu: (x) => gelu(x, { approximate }),
  };
  return { name, config: { ...activation }, slope, apply: functions[name] };
}

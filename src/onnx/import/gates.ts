// Activations of recurrent nodes, which ONNX names in attributes.
import { add } from '../../ops/add.js';
import { clip } from '../../ops/clip.js';
import { elu } from '../../ops/elu.js';
import { greater } from '../../ops/greater.js';
import { leakyRelu } from '../../ops/leakyRelu.js';
import { mul } from '../../ops/mul.js';
import { relu } from '../../ops/relu.js';
import { sigmoid } from '../../ops/sigmoid.js';
import { softplus } from '../../ops/softplus.js';
import { softsign } from '../../ops/softsign.js';
import { tanh } from '../../ops/tanh.js';
import { where } from '../../ops/where.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { NodeCall } from './call.js';

export interface Gate {
  /** The library's name, if it is an activation of the library. */
  readonly name: string;
  readonly parameter: number | undefined;
  readonly apply: (z: Tensor) => Tensor;
}

interface GateKind {
  readonly name: string;
  /** Default of alpha and beta, if it has them. */
  readonly alpha?: number;
  readonly beta?: number;
  readonly apply: (z: Tensor, alpha: number, beta: number) => Tensor;
}

const affine = (z: Tensor, alpha: number, beta: number): Tensor => add(mul(z, alpha), beta);

const KINDS: Readonly<Record<string, GateKind>> = {
  sigmoid: { name: 'sigmoid', apply: (z) => sigmoid(z) },
  tanh: { name: 'tanh', apply: (z) => tanh(z) },
  relu: { name: 'relu', apply: (z) => relu(z) },
  leakyrelu: { name: 'leakyRelu', alpha: 0.01, apply: (z, alpha) => leakyRelu(z, alpha) },
  affine: { name: 'affine', alpha: 1, beta: 0, apply: affine },
  thresholdedrelu: { name: 'thresholdedRelu', alpha: 1, apply: (z, alpha) => where(greater(z, alpha), z, 0) },
  scaledtanh: { name: 'scaledTanh', alpha: 1, beta: 1, apply: (z, alpha, beta) => mul(tanh(mul(z, beta)), alpha) },
  hardsigmoid: {
    name: 'hardSigmoid',
    alpha: 0.2,
    beta: 0.5,
    apply: (z, alpha, beta) => clip(affine(z, alpha, beta), 0, 1),
  },
  elu: { name: 'elu', alpha: 1, apply: (z, alpha) => elu(z, alpha) },
  softsign: { name: 'softsign', apply: (z) => softsign(z) },
  softplus: { name: 'softplus', apply: (z) => softplus(z) },
};

/**
 * The activations of all directions. Lists of alpha and beta have entries only for those activations that have them.
 *
 * @param usual the names for one direction when the node gives none
 */
export function gatesOf(call: NodeCall, usual: readonly string[], directions: number): Gate[] {
  const count = usual.length * directions;
  const names = call.texts('activations') ?? Array.from({ length: count }, (_, i) => usual[i % usual.length] ?? '');
  if (names.length !== count) call.refuse(`${count} activations`, `${names.length}`);
  const [alphas, betas] = [
    [...(call.attributes('activation_alpha') ?? [])],
    [...(call.attributes('activation_beta') ?? [])],
  ];
  return names.map((name): Gate => {
    const key = name.toLowerCase();
    const kind = Object.hasOwn(KINDS, key) ? KINDS[key] : undefined;
    if (!kind) return call.refuse(`activations ${Object.keys(KINDS).join(', ')}`, name);
    const a = kind.alpha === undefined ? 0 : (alphas.shift() ?? kind.alpha);
    const b = kind.beta === undefined ? 0 : (betas.shift() ?? kind.beta);
    return { name: kind.name, parameter: kind.alpha === undefined ? undefined : a, apply: (z) => kind.apply(z, a, b) };
  });
}

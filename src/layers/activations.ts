import { knownOptions, oneOf, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { activations } from '../ops/activations.js';
import type { ParametricActivation } from '../ops/support/activation.js';
import { fusedActivation, type FusedActivation } from '../ops/support/fusedActivation.js';
import type { Tensor } from '../tensors/tensor.js';

type Table = typeof activations;

export type ActivationName = keyof Table;

/**
 * `{ name: 'elu', alpha: 2 }` for each activation with a parameter. A parameter that is left out or undefined has its
 * default.
 */
type ParametricForm = {
  readonly [K in ActivationName]: Table[K] extends ParametricActivation<infer N, infer P>
    ? { readonly name: K } & { readonly [Parameter in N]?: P | undefined }
    : never;
}[ActivationName];

/** The name of an activation, a name with its parameter, or any function of a tensor. */
export type Activation = ActivationName | ParametricForm | ((x: Tensor) => Tensor);

/** An activation after its check. */
export interface ResolvedActivation {
  /** `'custom'` for a function. */
  readonly name: ActivationName | 'custom';
  /** The option as plain data; absent for functions. */
  readonly config?: string | Readonly<Record<string, unknown>>;
  readonly apply: (x: Tensor) => Tensor;
  /** How a kernel applies it to a product, if one can. */
  readonly fused: FusedActivation | undefined;
}

const isName = (name: string): name is ActivationName => Object.hasOwn(activations, name);
const names = Object.keys(activations).filter(isName);

/** Checks an activation option and makes it callable. */
export function resolveActivation(where: string, activation: Activation): ResolvedActivation {
  if (typeof activation === 'function') return { name: 'custom', apply: activation, fused: undefined };
  if (typeof activation === 'string') {
    const name = oneOf(where, 'activation', activation, names);
    return { name, config: name, ...bound(where, name, {}) };
  }
  const given: unknown = activation;
  if (typeof given !== 'object' || given === null) {
    refuse(TypeError, where, 'activation to be a name, an object or a function', show(given));
  }
  const name = oneOf(where, 'activation.name', activation.name, names);
  const config: Readonly<Record<string, unknown>> = { ...activation };
  return { name, config, ...bound(where, name, config) };
}

/** The function of a named activation; `options` is its object form, or empty. */
function bound(
  where: string,
  name: ActivationName,
  options: Readonly<Record<string, unknown>>,
): Pick<ResolvedActivation, 'apply' | 'fused'> {
  const entry = activations[name];
  const plain = typeof entry === 'function';
  knownOptions(`${where}: activation`, options, ['name', ...(plain ? [] : [entry.parameter])]);
  const { value, apply } = plain ? { value: 0, apply: entry } : entry.bind(where, options[entry.parameter]);
  return { apply, fused: fusedActivation(name, value) };
}

import type { GatedOptions } from '../../ops/lstm.js';
import { resolveActivation, type Activation } from '../activations.js';
import { recurrentOptions, type RecurrentOptions } from './recurrent.js';

/** Options of recurrent layers with gates. */
export interface GatedLayerOptions extends RecurrentOptions {
  /** Activation of the candidate state. Default `'tanh'`. */
  readonly activation?: Activation | undefined;
  /**
   * Activation of the gates. Default `'sigmoid'`. With other activations than the defaults the layer runs step by step,
   * more slowly.
   */
  readonly recurrentActivation?: Activation | undefined;
}

/** Names of these options. */
export const gatedOptionNames: readonly string[] = [...recurrentOptions, 'recurrentActivation'];

/** The checked activations as functions. */
export function resolveGates(where: string, options: GatedLayerOptions): GatedOptions {
  const candidate = resolveActivation(where, options.activation ?? 'tanh');
  const gate = resolveActivation(where, options.recurrentActivation ?? 'sigmoid');
  const usual = candidate.name === 'tanh' && gate.name === 'sigmoid';
  return { activate: candidate.apply, gate: gate.apply, usual };
}

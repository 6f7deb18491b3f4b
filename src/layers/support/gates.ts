import type { GatedOptions } from '../../ops/lstm.js';
import { resolveActivation, type Activation } from '../activations.js';
import { recurrentOptions, type RecurrentOptions } from './recurrent.js';

/** Options of the layers with gates. */
export interface GatedLayerOptions extends RecurrentOptions {
  /** Of the candidate state. Default `'tanh'`. */
  readonly activation?: Activation | undefined;
  /** Of the gates. Default `'sigmoid'`. With other than the defaults the layer runs step by step, more slowly. */
  readonly recurrentActivation?: Activation | undefined;
}

/** Names of these options. */
export const gatedOptionNames: readonly string[] = [...recurrentOptions, 'recurrentActivation'];

/** The activations checked and callable. */
export function resolveGates(where: string, options: GatedLayerOptions): GatedOptions {
  const candidate = resolveActivation(where, options.activation ?? 'tanh');
  const gate = resolveActivation(where, options.recurrentActivation ?? 'sigmoid');
  const usual = candidate.name === 'tanh' && gate.name === 'sigmoid';
  return { activate: candidate.apply, gate: gate.apply, usual };
}

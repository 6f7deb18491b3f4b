import { maxNorm, minMaxNorm, nonNegative, unitNorm, type NamedConstraint } from '../layers/constraints.js';
import type { Factory } from './factory.js';

/** The factories that make constraints of weights from their configuration in a file, by name. */
export const constraintFactories: Readonly<Record<string, Factory<NamedConstraint>>> = {
  maxNorm,
  minMaxNorm,
  nonNegative,
  unitNorm,
};

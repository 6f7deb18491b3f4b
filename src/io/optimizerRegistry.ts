import { adagrad, adam, adamw, parameterGroups, rmsprop, sgd, type Optimizer } from '../optimizers/index.js';
import type { Factory } from './factory.js';

/** The factories that make optimisers from their configuration in a file, by name. */
export const optimizerFactories: Readonly<Record<string, Factory<Optimizer>>> = { sgd, adagrad, rmsprop, adam, adamw };

/** Gives an optimiser its groups in a file. It checks them itself, so they may be anything. */
export const groupsFromFile: { make(optimizer: Optimizer, groups: unknown): Optimizer }['make'] = parameterGroups;

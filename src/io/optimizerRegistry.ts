import { adagrad, adam, adamw, rmsprop, sgd, type Optimizer } from '../optimizers/index.js';
import type { Factory } from './factory.js';

/** The factories that make optimisers from their configuration in a file, by name. */
export const optimizerFactories: Readonly<Record<string, Factory<Optimizer>>> = { sgd, adagrad, rmsprop, adam, adamw };

import { adagrad, adam, adamw, rmsprop, sgd, type Optimizer } from '../optimizers/index.js';
import type { Factory } from './factory.js';

/** What makes an optimiser again from its configuration. One line a name. */
export const optimizerFactories: Readonly<Record<string, Factory<Optimizer>>> = { sgd, adagrad, rmsprop, adam, adamw };

// Hyperparameters of a point that are options of training.
import { refuse } from '../core/errors.js';
import { callable, finiteNumber, isPlain, oneOf, show, wholeNumber } from '../core/checks.js';
import { checkSettings } from '../models/fitOptions.js';
import { adagrad, adam, adamw, rmsprop, sgd, type Optimizer, type OptimizerName } from '../optimizers/index.js';
import { checkOptimizer } from '../optimizers/checkOptimizer.js';
import type { GridPoint } from './executor.js';
import type { FoldFitOptions } from './scoreFold.js';

/** Options of `fit` for every point, or a function that makes them from the point. */
export type PointFit<P> = FoldFitOptions | ((point: P) => FoldFitOptions);

// Every factory checks its options itself. It is declared as a method so that factories with any options are
// assignable.
const factories: Readonly<Record<OptimizerName, { make(options: object): Optimizer }['make']>> = {
  sgd,
  adagrad,
  rmsprop,
  adam,
  adamw,
};

const names = ['sgd', 'adagrad', 'rmsprop', 'adam', 'adamw'] as const;

/**
 * The options of a point. Into options given as an object, `learningRate`, `batchSize` and `epochs` of the point are
 * inserted.
 */
export function fitOptionsAt<P extends GridPoint>(where: string, fit: PointFit<P>, point: P): FoldFitOptions {
  if (typeof fit === 'function') {
    const made = fit(point);
    if (!isPlain(made)) refuse(TypeError, where, 'fit to return options of fit', show(made));
    checkSettings(where, made);
    return made;
  }
  const { learningRate, batchSize, epochs }: GridPoint = point;
  const { optimizer } = fit;
  return {
    ...fit,
    ...(learningRate !== undefined && {
      optimizer: factories[oneOf(where, 'fit.optimizer.name', optimizer.name, names)]({
        ...optimizer.config,
        learningRate: finiteNumber(where, 'learningRate', learningRate, { min: 0 }),
      }),
    }),
    ...(batchSize !== undefined && { batchSize: wholeNumber(where, 'batchSize', batchSize, { min: 1 }) }),
    ...(epochs !== undefined && { epochs: wholeNumber(where, 'epochs', epochs, { min: 1 }) }),
  };
}

/** Checks the options that do not depend on a point. */
export function checkPointFit<P>(where: string, fit: PointFit<P>): PointFit<P> {
  if (typeof fit === 'function') return fit;
  const given: unknown = fit;
  if (!isPlain(given)) refuse(TypeError, where, 'fit to be options of fit or a function of a point', show(given));
  const loss: unknown = fit.loss; // or one for each output, which the model checks
  if (!isPlain(loss) && !Array.isArray(loss)) callable(where, 'fit.loss', loss);
  checkOptimizer(where, fit.optimizer, 'fit.optimizer');
  checkSettings(where, fit);
  return fit;
}

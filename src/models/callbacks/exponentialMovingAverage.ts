import { finiteNumber, knownOptions } from '../../core/checks.js';
import type { Model } from '../model.js';
import type { Callback } from './callback.js';

export interface MovingAverageOptions {
  /** Share of the old mean in the new one, >= 0 and < 1. Default 0.99. */
  readonly decay?: number | undefined;
}

/**
 * Keeps a moving average of the weights, `mean = decay * mean + (1 - decay) * weight` after every batch, beginning with
 * the first. Validation uses the averages, and the model has them at the end of training. Callbacks that come before this one
 * in the list see them in `onEpochEnd`; training itself goes on with the weights.
 *
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { exponentialMovingAverage } from 'wasmgrad/models';
 * const callbacks = [exponentialMovingAverage({ decay: 0.999 })];
 * ```
 */
export function exponentialMovingAverage(options: MovingAverageOptions = {}): Callback {
  const where = 'exponentialMovingAverage';
  const { decay: given = 0.99 } = knownOptions(where, options, ['decay']);
  const decay = finiteNumber(where, 'decay', given, { min: 0, below: 1 });
  let means: Record<string, Float32Array> | undefined;
  let kept: Record<string, Float32Array> | undefined;
  const restore = (model: Model): void => {
    if (kept) model.setWeights(kept);
    kept = undefined;
  };
  return {
    onTrainBegin() {
      means = kept = undefined;
    },
    onBatchEnd(_, { model }) {
      const now = trainedWeights(model);
      if (means)
        for (const [name, mean] of Object.entries(means))
          mean.forEach((value, i) => (mean[i] = decay * value + (1 - decay) * (now[name]?.[i] ?? value)));
      means ??= now;
    },
    onValidationBegin({ model }) {
      if (!means) return;
      kept = trainedWeights(model);
      model.setWeights(means);
    },
    onEpochEnd: (_, { model }) => restore(model),
    onTrainEnd({ model }) {
      if (!model.disposed && means) model.setWeights(means);
      means = kept = undefined;
    },
  };
}

/** Copies of the weights that training changes. */
function trainedWeights(model: Model): Record<string, Float32Array> {
  return Object.fromEntries(
    model.weights
      .filter(({ trainable }) => trainable)
      .map(({ name, tensor }) => [name, Float32Array.from(tensor.data())]),
  );
}

import { sizeOf } from '../core/shapes.js';
import { initialise } from '../layers/initializers.js';
import { seedWords, toTensor } from '../tensors/creation.js';
import type { WeightSource } from './makeWeights.js';

/** First values from the layers' initialisers. */
export function initialWeights(where: string, given: number | undefined): WeightSource {
  const seed = seedWords(where, given);
  return (_, { initializer = 'glorotUniform' }, stream) =>
    (weight) => {
      // Functions may give the values flat.
      const shaped =
        typeof initializer === 'function'
          ? (shape: readonly number[]) => {
              const values = toTensor(initializer(shape));
              return values.size === sizeOf(shape) && values.shape.length === 1 ? values.view(shape) : values;
            }
          : initializer;
      initialise(weight, shaped, { seed, stream });
    };
}

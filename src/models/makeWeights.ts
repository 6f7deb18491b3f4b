// The weights layers ask for, made and filled.
import type { WeightSpec } from '../layers/layer.js';
import { detach, scoped } from '../tensors/scope.js';
import { Tensor } from '../tensors/tensor.js';
import type { PlacedLayer } from './naming.js';
import type { NetworkWeight } from './network.js';

/**
 * Where first values come from: what fills the weight of this name, the `stream`th of the model. It is asked before memory
 * is taken for the weight, and refuses by throwing.
 */
export type WeightSource = (name: string, spec: WeightSpec, stream: number) => (weight: Tensor) => void;

/** Allocates and fills the weights of named layers; when that fails, none of them stays. */
export function makeWeights(layers: readonly PlacedLayer[], source: WeightSource): NetworkWeight[] {
  const made: NetworkWeight[] = [];
  scoped(
    () => {
      for (const { named, specs } of layers) {
        if (named.shared) continue;
        for (const [short, { trainable = true, ...spec }] of Object.entries(specs)) {
          const name = `${named.name}/${short}`;
          const { shape, regularizer } = spec;
          const fill = source(name, spec, made.length + 1);
          const tensor = Tensor.allocate(shape);
          made.push({ name, shape, trainable, tensor, regularizer });
          fill(tensor);
        }
      }
      for (const { tensor } of made) detach(tensor);
    },
    () => [],
  );
  return made;
}

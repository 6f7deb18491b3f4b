// The weights layers ask for, made and filled.
import type { WeightSpec } from '../layers/layer.js';
import { detach } from '../tensors/scope.js';
import { Tensor } from '../tensors/tensor.js';
import type { PlacedLayer } from './naming.js';
import type { NetworkWeight } from './network.js';

/**
 * Where first values come from: what fills the weight of this name, the `stream`th of the model. It is asked before memory
 * is taken for the weight, and refuses by throwing.
 */
export type WeightSource = (name: string, spec: WeightSpec, stream: number) => (weight: Tensor) => void;

/** Allocates and fills the weights of named layers. */
export function makeWeights(layers: readonly PlacedLayer[], source: WeightSource): NetworkWeight[] {
  const made: NetworkWeight[] = [];
  try {
    for (const { named, specs } of layers) {
      if (named.shared) continue;
      for (const [short, spec] of Object.entries(specs)) {
        const name = `${named.name}/${short}`;
        const fill = source(name, spec, made.length + 1);
        const { shape, trainable = true, regularizer } = spec;
        const tensor = detach(Tensor.allocate(shape));
        made.push({ name, shape, trainable, tensor, regularizer });
        fill(tensor);
      }
    }
    return made;
  } catch (error) {
    for (const { tensor } of made) tensor.dispose();
    throw error;
  }
}

// The weights layers ask for, made and filled.
import { checkShape, sizeOf, type Shape } from '../core/shapes.js';
import { initialise } from '../layers/initializers.js';
import type { Layer, WeightSpec } from '../layers/layer.js';
import { toTensor, type TensorData } from '../tensors/creation.js';
import { detach, scoped } from '../tensors/scope.js';
import { isTensor, Tensor } from '../tensors/tensor.js';
import { writeF32 } from './copy.js';
import type { NamedLayer, NetworkWeight } from './network.js';

/** The layer's weights as specifications; tensors with first values become initialisers. */
export function weightSpecs(layer: Layer, inputShape: Shape): Record<string, WeightSpec> {
  return scoped(
    () => {
      const given = layer.init?.(inputShape) ?? {};
      return Object.fromEntries(
        Object.entries(given).map(([name, weight]): [string, WeightSpec] => {
          if (!isTensor(weight)) return [name, { ...weight, shape: checkShape(name, weight.shape) }];
          const values = weight.data();
          return [name, { shape: weight.shape, initializer: () => values }];
        }),
      );
    },
    () => [],
  );
}

/** The values of a flat or shaped array, under the weight's own shape. */
function fill(
  tensor: Tensor,
  { initializer = 'glorotUniform' }: WeightSpec,
  seed: readonly [number, number],
  stream: number,
): void {
  if (typeof initializer !== 'function') return initialise(tensor, initializer, { seed, stream });
  initialise(tensor, (shape) => asShaped(initializer(shape), shape), { seed, stream });
}

function asShaped(values: Tensor | TensorData, shape: Shape): Tensor {
  const given = toTensor(values);
  return given.size === sizeOf(shape) && given.shape.length === 1 ? given.view(shape) : given;
}

/** The values of a weight that is not to be initialised; refuses by throwing, before memory is taken for it. */
export type WeightValues = (name: string, shape: Shape) => Float32Array;

/** Allocates and fills the weights of named layers. */
export function makeWeights(
  layers: readonly NamedLayer[],
  seed: readonly [number, number],
  values?: WeightValues,
): NetworkWeight[] {
  const made: NetworkWeight[] = [];
  try {
    for (const { name, layer, inputShape, shared } of layers) {
      if (shared) continue;
      for (const [short, spec] of Object.entries(weightSpecs(layer, inputShape))) {
        const { shape, trainable = true, regularizer } = spec;
        const full = `${name}/${short}`;
        const given = values?.(full, shape);
        const tensor = detach(Tensor.allocate(shape));
        made.push({ name: full, shape, trainable, tensor, regularizer });
        if (given) writeF32(tensor, given);
        else fill(tensor, spec, seed, made.length);
      }
    }
    return made;
  } catch (error) {
    for (const { tensor } of made) tensor.dispose();
    throw error;
  }
}

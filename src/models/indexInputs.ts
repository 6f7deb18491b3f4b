// Which values of a network are indices of embeddings: found through the layers that only move them about.
import type { Layer } from '../layers/layer.js';
import type { NamedLayer } from './network.js';

const MOVING: readonly unknown[] = ['inputPart', 'flatten', 'reshape', 'concatenate'];

/**
 * How many indices the embeddings know that a value goes to, the fewest of them; undefined when it goes to none.
 * @param from the value: 0 is the network's input, k the output of layer k - 1
 */
export function indicesOf(layers: readonly NamedLayer[], from: number): number | undefined {
  let fewest: number | undefined;
  layers.forEach(({ layer: outer, inputs }, i) => {
    if (!inputs.includes(from)) return;
    let layer: Layer = outer;
    while (layer.inner) layer = layer.inner;
    const found = MOVING.includes(layer.kind) ? indicesOf(layers, i + 1) : layer.indices;
    if (found !== undefined) fewest = Math.min(found, fewest ?? found);
  });
  return fewest;
}

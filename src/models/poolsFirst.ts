import type { Layer } from '../layers/layer.js';
import { relu } from '../ops/relu.js';
import { isTensor } from '../tensors/tensor.js';
import type { NamedLayer } from './network.js';

/** The pool with relu behind it. */
const withRelu = (pool: Layer): Layer => ({
  ...pool,
  apply(...given) {
    const result = pool.apply(...given);
    return isTensor(result) ? relu(result) : { ...result, output: relu(result.output) };
  },
});

/**
 * Puts relu behind a pool of maxima that alone reads its result: fewer values are then kept and differentiated. Values
 * and gradients are the same, bit by bit, since the largest of some values is positive if any is, and the first of equal
 * ones stays the first.
 */
export function poolsFirst(layers: readonly NamedLayer[]): readonly NamedLayer[] {
  const changed = [...layers];
  for (const [i, named] of layers.entries()) {
    const next = layers[i + 1];
    if (!next?.layer.largest || named.layer.activation !== 'relu') continue;
    const bare = named.layer.withoutActivation?.();
    if (!bare || layers.some((reader) => reader !== next && reader.inputs.includes(i + 1))) continue;
    if (!next.inputs.every((input) => input === i + 1)) continue;
    changed[i] = { ...named, layer: bare };
    changed[i + 1] = { ...next, layer: withRelu(next.layer) };
  }
  return changed;
}

import type { Model } from 'wasmgrad/models';
import { sha256 } from '../../src/io/sha256.js';
import type { Filters } from './messages.js';

/** More pictures than this are not sent. */
const MOST = 32;

/** The SHA-256 of a model's weights, as a receipt of its training has it. */
export function hashOf(model: Model): string {
  const shapes = model.weights.map(({ name, shape }) => [name, shape]);
  return sha256(JSON.stringify(shapes), ...Object.values(model.getWeights()));
}

/** The weights of the first layer as pictures: the filters of a convolution, or an image for each unit of a dense layer. */
export function filtersOf(model: Model): Filters | undefined {
  const kernel = model.weights.find(({ name }) => name.endsWith('/kernel'));
  const units = kernel?.shape.at(-1);
  if (!kernel || units === undefined) return undefined;
  const pixels = kernel.shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const side = Math.round(Math.sqrt(pixels));
  if (side * side !== pixels) return undefined;
  const weights = kernel.tensor.data();
  const shown = Math.min(MOST, units);
  const values = new Float32Array(shown * pixels);
  for (let unit = 0; unit < shown; unit++)
    for (let i = 0; i < pixels; i++) values[unit * pixels + i] = weights[i * units + unit] ?? 0;
  return { kind: 'filters', values, height: side, width: side, units };
}

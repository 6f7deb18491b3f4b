import { refuse } from '../../core/errors.js';
import { show } from '../../core/checks.js';
import type { Layer } from '../layer.js';

/** Checks that the inner layer of a wrapper is a layer. */
export function checkInner(where: string, layer: unknown): Layer {
  if (isLayer(layer)) return layer;
  refuse(TypeError, where, 'a layer, an object with outputShape and apply', show(layer));
}

/** Whether the two functions of every layer exist, and `init`, if present, is a function. */
export function isLayer(value: unknown): value is Layer {
  if (typeof value !== 'object' || value === null || !('apply' in value && 'outputShape' in value)) return false;
  const { apply, outputShape } = value;
  const init = 'init' in value ? value.init : undefined;
  return [apply, outputShape, init ?? apply].every((part) => typeof part === 'function');
}

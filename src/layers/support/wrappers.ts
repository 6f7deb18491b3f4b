import { show } from '../../core/checks.js';
import type { Layer } from '../layer.js';

/** Checks that what is to be wrapped is a layer. */
export function checkInner(where: string, layer: unknown): Layer {
  if (isLayer(layer)) return layer;
  throw new TypeError(`${where}: expected a layer, got ${show(layer)}`);
}

function isLayer(value: unknown): value is Layer {
  if (typeof value !== 'object' || value === null) return false;
  const functions = 'apply' in value && 'outputShape' in value;
  return functions && typeof value.apply === 'function' && typeof value.outputShape === 'function';
}

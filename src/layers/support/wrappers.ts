import { refuse } from '../../core/errors.js';
import { show } from '../../core/checks.js';
import type { Layer } from '../layer.js';

/** Checks that the inner layer of a wrapper is a layer. */
export function checkInner(where: string, layer: unknown): Layer {
  if (isLayer(layer)) return layer;
  refuse(TypeError, where, 'a layer, an object with outputShape and apply', show(layer));
}

/** Whether the functions that every layer needs exist. Optional ones are checked only if they are present. */
export function isLayer(value: unknown): value is Layer {
  if (!hasRules(value)) return false;
  return (
    isOptional(value, 'kind', 'string') &&
    isOptional(value, 'name', 'string') &&
    isOptional(value, 'trainable', 'boolean') &&
    hasRules(Reflect.get(value, 'merge') ?? value)
  );
}

function isOptional(value: object, name: string, type: string): boolean {
  return ['undefined', type].includes(typeof Reflect.get(value, name));
}

function hasRules(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || !('apply' in value && 'outputShape' in value)) return false;
  return (
    typeof value.apply === 'function' &&
    typeof value.outputShape === 'function' &&
    isOptional(value, 'init', 'function')
  );
}

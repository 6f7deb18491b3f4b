// Configurations as plain data, the only thing that can be written to a file.
import { refuse } from '../core/errors.js';
import { isPlain, show } from '../core/checks.js';
import type { Layer } from '../layers/layer.js';

const MAX_DEPTH = 8;

/** A copy as plain data. Functions that make initial values are left out, since the values themselves are saved. */
export function plainValue(where: string, what: string, value: unknown, depth = 0): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (depth < MAX_DEPTH && Array.isArray(value)) {
    return Array.from(value, (item: unknown, i) => plainValue(where, `${what}[${i}]`, item, depth + 1));
  }
  if (depth < MAX_DEPTH && isPlain(value)) {
    const kept = Object.entries(value).filter(([key, entry]) => entry !== undefined && !isInitializer(key, entry));
    return Object.fromEntries(kept.map(([key, entry]) => [key, plainValue(where, `${what}.${key}`, entry, depth + 1)]));
  }
  refuse(TypeError, where, `${what} to be plain data that can be saved`, show(value));
}

function isInitializer(key: string, value: unknown): boolean {
  return typeof value === 'function' && /initializer$/i.test(key);
}

/** The description of a layer in a file. */
export interface LayerConfig {
  readonly kind: string;
  /** Only for layers that the user named, and those of other models. */
  readonly name?: string | undefined;
  readonly config: unknown;
  /** Only for layers that wrap another one. */
  readonly inner?: LayerConfig | undefined;
}

/**
 * Kind and options of a layer, and the name if a new model would give it another one.
 * @throws TypeError for a layer that plain data cannot describe
 */
export function describeLayer(where: string, name: string, layer: Layer, decided = false): LayerConfig {
  const { kind, config, inner } = layer;
  const own = decided ? name : layer.name;
  if (typeof kind !== 'string' || config === undefined) {
    refuse(TypeError, where, `layer '${name}' to have kind and config, from which it can be made again`, 'neither');
  }
  const { name: _, ...options } = config; // the name is saved next to the options
  const plain = plainValue(where, `config of layer '${name}'`, options);
  return {
    kind,
    ...(own === undefined ? {} : { name: own }),
    config: plain,
    ...(inner && { inner: describeLayer(where, `${name}, inner`, inner) }),
  };
}

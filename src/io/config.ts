// Configurations as plain data, the only thing that can be written to a file.
import { refuse } from '../core/errors.js';
import { isPlain, show } from '../core/checks.js';
import type { Layer } from '../layers/layer.js';

const MAX_DEPTH = 8;

/** A copy as plain data. Functions that only make first values are left out: the values themselves are saved. */
function plainValue(where: string, value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (depth < MAX_DEPTH && Array.isArray(value)) {
    return Array.from(value, (item: unknown, i) => plainValue(`${where}[${i}]`, item, depth + 1));
  }
  if (depth < MAX_DEPTH && isPlain(value)) {
    const kept = Object.entries(value).filter(([key, entry]) => entry !== undefined && !isInitializer(key, entry));
    return Object.fromEntries(kept.map(([key, entry]) => [key, plainValue(`${where}.${key}`, entry, depth + 1)]));
  }
  refuse(TypeError, 'saveModel', `${where} to be plain data that can be saved`, show(value));
}

function isInitializer(key: string, value: unknown): boolean {
  return typeof value === 'function' && /initializer$/i.test(key);
}

/** A layer as it is written. */
export interface LayerConfig {
  readonly kind: string;
  /** Only for layers with a name of their own. */
  readonly name?: string | undefined;
  readonly config: unknown;
  /** Only for layers that wrap another one. */
  readonly inner?: LayerConfig | undefined;
}

/** Kind and options of a layer. @throws TypeError for a layer that plain data cannot describe */
export function describeLayer(name: string, { kind, name: own, config, inner }: Layer): LayerConfig {
  if (kind === undefined || config === undefined) {
    refuse(
      TypeError,
      'saveModel',
      `layer '${name}' to have kind and config, from which it can be made again`,
      'a custom layer without',
    );
  }
  const { name: _, ...options } = config; // the name stands beside the options
  const plain = plainValue(`config of layer '${name}'`, options, 0);
  return {
    kind,
    ...(own === undefined ? {} : { name: own }),
    config: plain,
    ...(inner && { inner: describeLayer(`${name}, inner`, inner) }),
  };
}

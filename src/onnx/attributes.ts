// Reading the attributes of traced operations, which have a type of their own for each operation.
import type { Call } from './lowering.js';

/** A part of attributes: `['geometry', 'strides']`. */
type Path = string | number | readonly (string | number)[];

function at(attributes: unknown, path: Path): unknown {
  const keys = typeof path === 'object' ? path : [path];
  return keys.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    attributes,
  );
}

/** The part, which must be the same for every batch. */
function attribute(call: Call, path: Path): unknown {
  const value = at(call.op.attributes, path);
  if (JSON.stringify(value) === JSON.stringify(at(call.op.otherAttributes, path))) return value;
  return call.refuse('options that do not depend on the batch', 'others');
}

export function numberOf(call: Call, path: Path): number {
  const value = attribute(call, path);
  return typeof value === 'number' ? value : call.refuse(`a number ${String(path)}`, String(value));
}

export function numbersOf(call: Call, path: Path): number[] {
  const value = attribute(call, path);
  return Array.isArray(value) ? value.map(Number) : call.refuse(`numbers ${String(path)}`, String(value));
}

/** The numbers, if there are any. */
export function optionalNumbersOf(call: Call, path: Path): number[] | undefined {
  return attribute(call, path) === undefined ? undefined : numbersOf(call, path);
}

export function flagOf(call: Call, path: Path): boolean {
  return attribute(call, path) === true;
}

export function textOf(call: Call, path: Path): string {
  const value = attribute(call, path);
  return typeof value === 'string' ? value : call.refuse(`a text ${String(path)}`, String(value));
}

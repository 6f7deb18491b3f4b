// Checks of arguments. Each returns the value it was given or throws an error that names the called function.
import { refuse } from './errors.js';

/** Entries of an array and keys of an object that a message shows. */
const SHOWN = 8;

/** Whether a value is a plain object, of any realm: no array, no Map, no instance of a class. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether memory has been transferred to another thread. Reading it would raise the engine's own error. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    return !new Uint8Array(buffer);
  } catch {
    return true;
  }
}

/** A short text for any value in an error message, even for one that contains itself or whose getters throw. */
export function show(value: unknown): string {
  try {
    return rendered(value, 3);
  } catch {
    return 'an object that cannot be read';
  }
}

function rendered(value: unknown, levels: number): string {
  if (typeof value === 'string') return `'${value.length > 80 ? `${value.slice(0, 80)}...` : value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) {
    const items = Array.from(value.slice(0, levels && SHOWN), (item) => rendered(item, levels - 1));
    if (items.length < value.length) items.push('...');
    return `[${items.join(', ')}]`;
  }
  if ('dtype' in value && 'shape' in value) return `an ${String(value.dtype)} tensor ${rendered(value.shape, 1)}`;
  if (isPlain(value)) return `an object with keys ${Object.keys(value).slice(0, SHOWN).join(', ') || '(none)'}`;
  // 'Map', 'Date', 'Float32Array', ...; 'Object' for classes without a tag
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return `an object of class ${tag === 'Object' ? value.constructor.name : tag}`;
}

/** Throws a `TypeError`, or a `RangeError` for a value of the right type. Every check of an option ends here. */
function reject(where: string, what: string, expected: string, value: unknown, rightType = false): never {
  refuse(rightType ? RangeError : TypeError, where, `${what} to be ${expected}`, show(value));
}

export interface Bounds {
  /** Smallest allowed value, included. */
  readonly min?: number;
  /** Largest allowed value, included. */
  readonly max?: number;
  /** Values must be larger than this. */
  readonly above?: number;
  /** Values must be smaller than this. */
  readonly below?: number;
}

function checkNumber(
  where: string,
  what: string,
  value: unknown,
  { min = -Infinity, above = -Infinity, max = Infinity, below = Infinity }: Bounds,
  kind: 'finite' | 'whole',
): number {
  const isNumber = typeof value === 'number';
  const isKind = kind === 'whole' ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (isNumber && isKind && value >= min && value > above && value <= max && value < below) return value;
  const limits = Object.entries({ '>=': min, '>': above, '<=': max, '<': below });
  const text = limits.filter(([, limit]) => Number.isFinite(limit)).map((parts) => parts.join(' '));
  reject(where, what, [`a ${kind} number`, text.join(' and ')].join(' ').trim(), value, isNumber);
}

/** A finite number within bounds. */
export function finiteNumber(where: string, what: string, value: unknown, bounds: Bounds = {}): number {
  return checkNumber(where, what, value, bounds, 'finite');
}

/** A whole number within bounds; -0 as 0. */
export function wholeNumber(where: string, what: string, value: unknown, bounds: Bounds = {}): number {
  return checkNumber(where, what, value, bounds, 'whole') + 0;
}

/** `true` or `false`. */
export function flag(where: string, what: string, value: unknown): boolean {
  if (typeof value !== 'boolean') reject(where, what, 'true or false', value);
  return value;
}

/** One of a fixed set of strings. */
export function oneOf<T extends string>(where: string, what: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    const expected = `one of ${choices.map(show).join(', ')}`;
    reject(where, what, expected, value, typeof value === 'string');
  }
  return found;
}

/** A function. */
export function callable<T>(where: string, what: string, value: T): T {
  if (typeof value !== 'function') reject(where, what, 'a function', value);
  return value;
}

/** An array, a typed array, or anything else with a length and numbered entries. */
export function listLike<T>(where: string, what: string, value: ArrayLike<T>): ArrayLike<T> {
  const given: unknown = value;
  const isLost = ArrayBuffer.isView(given) && isDetached(given.buffer);
  if (typeof given !== 'object' || given === null || !('length' in given) || isLost)
    reject(where, what, 'an array', value);
  wholeNumber(where, `length of ${what}`, given.length, { min: 0 });
  return value;
}

/** The same of numbers; a typed array must not be of bigints. */
export function numberList(where: string, what: string, value: ArrayLike<number>): ArrayLike<number> {
  const { length } = listLike<unknown>(where, what, value);
  const looked = ArrayBuffer.isView(value) ? Math.min(length, 1) : length;
  for (let i = 0; i < looked; i++)
    if (typeof value[i] !== 'number') reject(where, `${what}[${i}]`, 'a number', value[i]);
  return value;
}

/** A plain options object whose keys are all known and have values; a misspelt key is an error, not silence. */
export function knownOptions<T extends object>(where: string, options: T, known: readonly string[]): T {
  if (!isPlain(options)) reject(where, 'options', 'an object', options);
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      refuse(TypeError, where, known.length ? `options ${known.join(', ')}` : 'no options', `unknown option '${key}'`);
    if (options[key] === null) refuse(TypeError, where, `a value for ${key}`, 'null');
  }
  return options;
}

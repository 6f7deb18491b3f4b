// Validators return the value they were given, or throw saying where, what was expected and what came.

/** A short rendering of any value for an error message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) {
    const items = value.slice(0, 8).map(show);
    if (value.length > 8) items.push('...');
    return `[${items.join(', ')}]`;
  }
  if (typeof value === 'function') return 'a function';
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  if (typeof value === 'object' && value !== null)
    return `an object with keys ${Object.keys(value).join(', ') || '(none)'}`;
  return String(value);
}

/** Throws the `TypeError` or `RangeError` every option check ends in. */
function reject(where: string, what: string, expected: string, value: unknown, kind: 'type' | 'range'): never {
  const message = `${where}: expected ${what} to be ${expected}, got ${show(value)}`;
  throw kind === 'type' ? new TypeError(message) : new RangeError(message);
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

function boundsText({ min, max, above, below }: Bounds): string {
  const parts: string[] = [];
  if (min !== undefined) parts.push(`>= ${min}`);
  if (above !== undefined) parts.push(`> ${above}`);
  if (max !== undefined) parts.push(`<= ${max}`);
  if (below !== undefined) parts.push(`< ${below}`);
  return parts.length ? ` ${parts.join(' and ')}` : '';
}

function within(value: number, { min, max, above, below }: Bounds): boolean {
  return (
    (min === undefined || value >= min) &&
    (max === undefined || value <= max) &&
    (above === undefined || value > above) &&
    (below === undefined || value < below)
  );
}

/** A finite number within bounds. */
export function finiteNumber(where: string, what: string, value: unknown, bounds: Bounds = {}): number {
  const expected = `a finite number${boundsText(bounds)}`;
  if (typeof value !== 'number') reject(where, what, expected, value, 'type');
  if (!Number.isFinite(value) || !within(value, bounds)) reject(where, what, expected, value, 'range');
  return value;
}

/** A whole number within bounds. */
export function wholeNumber(where: string, what: string, value: unknown, bounds: Bounds = {}): number {
  const expected = `a whole number${boundsText(bounds)}`;
  if (typeof value !== 'number') reject(where, what, expected, value, 'type');
  if (!Number.isSafeInteger(value) || !within(value, bounds)) reject(where, what, expected, value, 'range');
  return value;
}

/** `true` or `false`. */
export function flag(where: string, what: string, value: unknown): boolean {
  if (typeof value !== 'boolean') reject(where, what, 'true or false', value, 'type');
  return value;
}

/** One of a fixed set of strings. */
export function oneOf<T extends string>(where: string, what: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    const expected = `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`;
    reject(where, what, expected, value, typeof value === 'string' ? 'range' : 'type');
  }
  return found;
}

/** A function. */
export function callable<T>(where: string, what: string, value: T): T {
  if (typeof value !== 'function') reject(where, what, 'a function', value, 'type');
  return value;
}

/** A plain options object whose keys are all known; a misspelt key is an error, not silence. */
export function knownOptions<T extends object>(where: string, options: T, known: readonly string[]): T {
  if (typeof options !== 'object' || (options as unknown) === null || Array.isArray(options)) {
    reject(where, 'options', 'an object', options, 'type');
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new TypeError(`${where}: unknown option '${key}', expected ${known.length ? known.join(', ') : 'none'}`);
    }
  }
  return options;
}

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

/** What every option check ends in: a `TypeError`, or a `RangeError` for a value of the right type. */
function reject(where: string, what: string, expected: string, value: unknown, rightType = false): never {
  throw new (rightType ? RangeError : TypeError)(`${where}: expected ${what} to be ${expected}, got ${show(value)}`);
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

/** A whole number within bounds. */
export function wholeNumber(where: string, what: string, value: unknown, bounds: Bounds = {}): number {
  return checkNumber(where, what, value, bounds, 'whole');
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

/** A plain options object whose keys are all known; a misspelt key is an error, not silence. */
export function knownOptions<T extends object>(where: string, options: T, known: readonly string[]): T {
  if (typeof options !== 'object' || (options as unknown) === null || Array.isArray(options))
    reject(where, 'options', 'an object', options);
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new TypeError(`${where}: unknown option '${key}', expected ${known.length ? known.join(', ') : 'none'}`);
    }
  }
  return options;
}

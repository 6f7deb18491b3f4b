// Whether a call came to a good end: a result, or an error that says what was called, what was expected and what came.
import * as api from '../../src/index.js';
import { OwnError } from './junk.js';

const KINDS = [
  TypeError,
  RangeError,
  api.DisposedError,
  api.DTypeError,
  api.FormatError,
  api.NonFiniteError,
  api.OutOfMemoryError,
  api.ShapeError,
  api.WorkerError,
];

/** What engines say by themselves. */
const RAW = new RegExp(
  [
    'is not (a function|iterable|defined|a constructor|extensible|async iterable)',
    'Cannot (read|set|destructure|convert|mix|perform|assign|delete|redefine|use|access)',
    '(Invalid|Illegal) ',
    'Maximum call stack',
    'could not be cloned',
    'memory access out of bounds|divide by zero|unreachable|integer overflow',
    'allocation failed|out of memory',
    'out of range|offset is out of bounds',
    'Reduce of empty array',
    'circular structure',
    'BigInt|to a number|undefined to object',
  ].join('|'),
);

/** What is wrong with an error, or undefined. `names`: what its message may begin with. */
export function complaintAbout(error: unknown, names: readonly string[]): string | undefined {
  if (error instanceof OwnError) return undefined;
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const { message } = error;
  const text = `${error.constructor.name}: ${message.slice(0, 200)}`;
  if (!KINDS.some((kind) => error.constructor === kind)) return `no typed error: ${text}`;
  if (!names.some((name) => message.startsWith(`${name}: `)))
    return `does not begin with ${names.join(' or ')}: ${text}`;
  if (!/: expected [^]+, got [^]+/.test(message)) return `says not what was expected and what came: ${text}`;
  // What came may be quoted from the host.
  return RAW.test(message.replace(/, got [^]*/, '')) || /got .*(is not a function|Cannot read)/.test(message)
    ? `says what the engine says: ${text}`
    : undefined;
}

/** Frees what a call made: everything with `dispose()` in its result, but not what it was given. */
export function disposeAll(result: unknown, isGiven: (value: unknown) => boolean, levels = 3): void {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null || isGiven(result)) return;
  if ('dispose' in result && typeof result.dispose === 'function') {
    Reflect.apply(result.dispose, result, []);
    return;
  }
  if (levels === 0 || ArrayBuffer.isView(result) || result instanceof Map || typeof result === 'function') return;
  const keys = Array.isArray(result) ? result.slice(0, 64) : Object.values(result);
  for (const value of keys) disposeAll(value, isGiven, levels - 1);
}

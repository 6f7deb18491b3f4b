// The parameters of a space: each turns a coordinate between 0 and 1, or the number of an option, into a value.
import { finiteNumber, flag, knownOptions, show, wholeNumber } from '../../core/checks.js';
import { exp, log } from '../../core/deterministic.js';
import { refuse } from '../../core/errors.js';

declare const value: unique symbol;

/** A hyperparameter of which a search chooses the value, of type `V`. Made by `uniform`, `choice`, ... */
export abstract class Parameter<V> {
  /** For the compiler alone. */
  declare readonly [value]?: V;
  /** What it is, as text. @internal */
  abstract readonly text: string;
}

/** A number within bounds. */
export class Range extends Parameter<number> {
  /** @internal */
  readonly text: string;
  /** @internal */
  readonly at: (coordinate: number) => number;

  /** @internal `at`: the value at a coordinate from 0 to 1, not below the last one's. */
  constructor(text: string, at: (coordinate: number) => number) {
    super();
    this.text = text;
    this.at = at;
  }
}

/** One of several options, which may contain parameters. */
export class Choice<V> extends Parameter<V> {
  /** @internal */
  readonly text: string;
  /** @internal */
  readonly options: readonly unknown[];

  /** @internal */
  constructor(text: string, options: readonly unknown[]) {
    super();
    this.text = text;
    this.options = options;
  }
}

/** Whether a range of numbers is even or logarithmic, checked. */
function bounds(where: string, min: number, max: number, isLog: boolean): readonly [number, number] {
  const low = finiteNumber(where, 'min', min, isLog ? { above: 0 } : {});
  const high = finiteNumber(where, 'max', max);
  if (low > high) refuse(RangeError, where, `max to be >= min ${low}`, high);
  if (!Number.isFinite(high - low)) refuse(RangeError, where, 'a finite difference of max and min', high - low);
  return [low, high];
}

const between = (low: number, high: number, at: number): number => Math.min(Math.max(at, low), high);

/** Coordinates to values, in equal steps of the logarithm. */
function logarithmic(low: number, high: number): (coordinate: number) => number {
  const [from, to] = [log(low), log(high)];
  return (coordinate) => exp(from + coordinate * (to - from));
}

/**
 * Every number from `min` to `max` is as likely as any other.
 *
 * @throws TypeError, RangeError unless both are finite and min <= max
 * @example
 * ```ts
 * import { uniform } from 'wasmgrad/selection';
 * const space = { rate: uniform(0, 0.5) };
 * ```
 */
export function uniform(min: number, max: number): Parameter<number> {
  const [low, high] = bounds('uniform', min, max, false);
  return new Range(`uniform(${low}, ${high})`, (at) => between(low, high, low + at * (high - low)));
}

/**
 * A number from `min` to `max` whose logarithm is uniform: every power of ten is as likely as any other. For learning
 * rates and penalties.
 *
 * @throws TypeError, RangeError unless both are finite and 0 < min <= max
 * @example
 * ```ts
 * import { logUniform } from 'wasmgrad/selection';
 * const space = { learningRate: logUniform(1e-4, 1e-1) };
 * ```
 */
export function logUniform(min: number, max: number): Parameter<number> {
  const [low, high] = bounds('logUniform', min, max, true);
  const at = logarithmic(low, high);
  return new Range(`logUniform(${low}, ${high})`, (coordinate) => between(low, high, at(coordinate)));
}

export interface IntegerOptions {
  /** Whether the logarithm is uniform: then `min` must be at least 1. Default false. */
  readonly log?: boolean | undefined;
}

/**
 * A whole number from `min` to `max`, both included.
 *
 * @throws TypeError, RangeError unless both are whole and min <= max
 * @example
 * ```ts
 * import { integer } from 'wasmgrad/selection';
 * const space = { units: integer(4, 256, { log: true }), layers: integer(1, 3) };
 * ```
 */
export function integer(min: number, max: number, options: IntegerOptions = {}): Parameter<number> {
  const { log: isLog = false } = knownOptions('integer', options, ['log']);
  const low = wholeNumber('integer', 'min', min, flag('integer', 'log', isLog) ? { min: 1 } : {});
  const high = wholeNumber('integer', 'max', max, { min: low });
  wholeNumber('integer', 'max - min', high - low);
  // Every number has a cell of the same width; of logarithms, that of numbers which round to it
  const wide = logarithmic(low - 0.5, high + 0.5);
  const at = (coordinate: number): number =>
    isLog ? Math.round(wide(coordinate)) : low + Math.floor(coordinate * (high - low + 1));
  const text = `integer(${low}, ${high}${isLog ? ', log' : ''})`;
  return new Range(text, (coordinate) => between(low, high, at(coordinate)));
}

/** Whether there is an option at every place. */
function isList(options: unknown): options is readonly unknown[] {
  return Array.isArray(options);
}

/**
 * One of several options, each as likely as any other. An option is plain data, or contains parameters, which are chosen
 * with it and do not exist without it.
 *
 * @throws TypeError for other things than an array; RangeError for an empty one
 * @example
 * ```ts
 * import { choice, logUniform, uniform } from 'wasmgrad/selection';
 * const space = {
 *   units: choice([16, 64]),
 *   optimizer: choice([{ name: 'adam' }, { name: 'sgd', momentum: uniform(0, 0.99) }]),
 *   penalty: choice([0, logUniform(1e-6, 1e-2)]),
 * };
 * ```
 */
export function choice<const Options extends readonly unknown[]>(
  options: Options,
): Parameter<ValueOf<Options[number]>> {
  const given: unknown = options;
  if (!isList(given)) refuse(TypeError, 'choice', 'an array of options', show(given));
  if (given.length === 0) refuse(RangeError, 'choice', 'at least one option', 'none');
  return new Choice<ValueOf<Options[number]>>(`choice of ${given.length}`, Array.from(given));
}

/** What becomes of something in a space: the value of a parameter, and of objects and arrays those of their entries. */
export type ValueOf<S> =
  S extends Parameter<infer V>
    ? V
    : S extends string | number | boolean | null
      ? S
      : { readonly [K in keyof S]: ValueOf<S[K]> };

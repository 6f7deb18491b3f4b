// From columns to inputs of a model. What was fitted is plain data (`ColumnSpec`), and an encoder applies it.
import { show } from '../../core/checks.js';
import { cosPi } from '../../core/deterministic.js';
import { refuse } from '../../core/errors.js';
import { wordsIn, type Decimal, type Gaps } from './cells.js';
import type { DateOrder } from './dates.js';
import { valueIn, type RawColumn } from './rawColumn.js';

/** Standardising after gaps are filled: (x - mean) / deviation. */
interface Standardising {
  readonly name: string;
  /** What stands in for a gap: the median. */
  readonly fill: number;
  /** Whether there is an input that is 1 for a gap: when the training rows have gaps. */
  readonly missing: boolean;
  readonly mean: number;
  readonly deviation: number;
}

export interface NumberSpec extends Standardising {
  readonly role: 'number';
  readonly decimal: Decimal;
}

export interface DateSpec extends Standardising {
  readonly role: 'date';
  readonly order: DateOrder;
  /** Whether the time of day varies. */
  readonly timed: boolean;
}

export interface CategorySpec {
  readonly name: string;
  readonly role: 'category';
  /** The word that stands in for a gap: the most frequent one. */
  readonly fill: string;
  readonly missing: boolean;
  /** What an unknown word is: an error, or `other`. */
  readonly unknown: 'error' | 'other';
  /** Words with an input each, which is 1 for them. */
  readonly levels: readonly string[];
  /** Rare words, which share the input `other`. If there are any, unknown words do, too. */
  readonly rare: readonly string[];
}

/** A column of many words, each with numbers in its place: the mean of the targets of its rows. */
export interface TargetSpec extends Omit<CategorySpec, 'rare'> {
  /** The numbers of each level. */
  readonly means: readonly (readonly number[])[];
  /** Those of an unknown word: the mean over all rows. */
  readonly prior: readonly number[];
}

export interface IgnoredSpec {
  readonly name: string;
  readonly role: 'ignore';
}

export type ColumnSpec = NumberSpec | DateSpec | CategorySpec | TargetSpec | IgnoredSpec;

/** Writes the inputs of one column. */
export interface Encoder {
  /** Names of its inputs. */
  readonly names: readonly string[];
  /** Writes the inputs of `rows` to `out[at]`, `out[at + width]`, ...: those of one row after the other. */
  readonly fill: (column: RawColumn, rows: ArrayLike<number>, out: Float32Array, width: number, at: number) => void;
  /** Writes the inputs of one cell. */
  readonly one: (where: string, cell: unknown, out: Float32Array, at: number) => void;
}

const DAY = 86_400_000;
const YEAR = 365.2425 * DAY;

/** Sine and cosine of a part of a cycle, from 0 to 1. */
function putCycle(part: number, out: Float32Array, at: number): void {
  out[at] = cosPi(2 * part - 0.5);
  out[at + 1] = cosPi(2 * part);
}

function putDate(time: number, timed: boolean, out: Float32Array, at: number): void {
  putCycle(((((time - Date.UTC(2000, 0, 1)) / YEAR) % 1) + 1) % 1, out, at);
  putCycle(((((Math.floor(time / DAY) + 4) % 7) + 7) % 7) / 7, out, at + 2);
  if (timed) putCycle((time / DAY) % 1, out, at + 4);
}

/** Inputs of a number or of a time. */
function numericEncoder(spec: NumberSpec | DateSpec, gaps: Gaps): Encoder {
  const { name, fill, missing, mean, deviation } = spec;
  const cycles = spec.role === 'date' ? ['year', 'weekday', ...(spec.timed ? ['day'] : [])] : [];
  const parts = cycles.flatMap((cycle) => [`${name}:${cycle}-sin`, `${name}:${cycle}-cos`]);
  const put = (value: number, out: Float32Array, at: number): void => {
    const isGap = Number.isNaN(value);
    const used = isGap ? fill : value;
    out[at] = (used - mean) / deviation;
    if (spec.role === 'date') putDate(used, spec.timed, out, at + 1);
    if (missing) out[at + 1 + parts.length] = isGap ? 1 : 0;
  };
  return {
    names: [name, ...parts, ...(missing ? [`${name}:missing`] : [])],
    fill(column, rows, out, width, at) {
      if (column.role === 'category') return;
      for (let i = 0; i < rows.length; i++) put(column.values[rows[i] ?? 0] ?? NaN, out, at + i * width);
    },
    one: (where, cell, out, at) => {
      put(valueIn(where, name, spec, cell, gaps), out, at);
    },
  };
}

/** The position of every word in a table of vectors; -1 for an unknown one. */
type Places = (where: string, word: string | undefined) => number;

function placesOf({ name, unknown, fill, levels }: CategorySpec | TargetSpec, rare: readonly string[]): Places {
  const known = new Map(levels.map((level, i) => [level, i]));
  for (const word of rare) known.set(word, levels.length);
  const other = rare.length > 0 ? levels.length : -1;
  return (where, word = fill) => {
    const place = known.get(word);
    if (place !== undefined) return place;
    // A column that held only gaps has no words at all
    if (unknown === 'error' && word !== fill)
      refuse(RangeError, where, `a known category in column '${name}'`, show(word));
    return other;
  };
}

/** Inputs of a word. `vectors`: the numbers for each place. */
function wordEncoder(
  spec: CategorySpec | TargetSpec,
  inputs: readonly string[],
  places: Places,
  put: (place: number, out: Float32Array, at: number) => void,
  gaps: Gaps,
): Encoder {
  const { name, missing } = spec;
  const count = inputs.length;
  return {
    names: [...inputs, ...(missing ? [`${name}:missing`] : [])],
    fill(column, rows, out, width, at) {
      if (column.role !== 'category') return;
      const { codes, levels } = column;
      const found = new Int32Array(levels.length + 1).fill(-2); // not looked up yet: only rows that are used may be refused
      for (let i = 0; i < rows.length; i++) {
        const code = codes[rows[i] ?? 0] ?? 0;
        let place = found[code] ?? -2;
        if (place === -2) place = found[code] = places('table', code === 0 ? undefined : levels[code - 1]);
        put(place, out, at + i * width);
        if (missing && code === 0) out[at + i * width + count] = 1;
      }
    },
    one(where, cell, out, at) {
      const word = wordsIn(cell, gaps);
      put(places(where, word), out, at);
      if (missing && word === undefined) out[at + count] = 1;
    },
  };
}

/** One-hot inputs. `out` holds zeros. */
function oneHotEncoder(spec: CategorySpec, gaps: Gaps): Encoder {
  const { name, levels, rare } = spec;
  const inputs = [...levels.map((level) => `${name}=${level}`), ...(rare.length > 0 ? [`${name}:other`] : [])];
  const put = (place: number, out: Float32Array, at: number): void => {
    if (place >= 0) out[at + place] = 1;
  };
  return wordEncoder(spec, inputs, placesOf(spec, rare), put, gaps);
}

/** Means of targets in place of words. */
function targetEncoder(spec: TargetSpec, gaps: Gaps): Encoder {
  const { name, means, prior } = spec;
  const inputs = prior.map((_, k) => (prior.length > 1 ? `${name}:target-${k}` : `${name}:target`));
  const put = (place: number, out: Float32Array, at: number): void => {
    (means[place] ?? prior).forEach((value, k) => (out[at + k] = value));
  };
  const places = placesOf(spec, []);
  return wordEncoder(spec, inputs, (where, word) => (word === undefined ? -1 : places(where, word)), put, gaps);
}

/** The encoder of a column; undefined for one that is ignored. */
export function encoderOf(spec: ColumnSpec, gaps: Gaps): Encoder | undefined {
  if (spec.role === 'ignore') return undefined;
  if (spec.role !== 'category') return numericEncoder(spec, gaps);
  return 'means' in spec ? targetEncoder(spec, gaps) : oneHotEncoder(spec, gaps);
}

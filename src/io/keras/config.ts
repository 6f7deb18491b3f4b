// A configuration of Keras', read with checks that name the layer.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { recordOf } from '../json.js';

/** The options of a layer, an initialiser or the like. Absent options and `null` have their defaults. */
export class Config {
  /** What errors begin with: `importKeras: layer 'conv' (Conv2D)`. */
  readonly where: string;
  readonly #entries: Readonly<Record<string, unknown>>;

  constructor(where: string, entries: unknown) {
    this.where = where;
    this.#entries = recordOf(where, entries);
  }

  /** A value of any type; undefined for `null`. */
  get(key: string): unknown {
    return Object.hasOwn(this.#entries, key) ? (this.#entries[key] ?? undefined) : undefined;
  }

  /** Throws a FormatError about one option. */
  refuse(key: string, expected: string): never {
    refuse(FormatError, this.where, `${key} to be ${expected}`, show(this.get(key)));
  }

  number(key: string, standard?: number): number {
    const value = this.get(key) ?? standard;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.refuse(key, 'a finite number');
  }

  /** Like `number`; undefined when absent. */
  maybeNumber(key: string): number | undefined {
    return this.get(key) === undefined ? undefined : this.number(key);
  }

  flag(key: string, standard: boolean): boolean {
    const value = this.get(key) ?? standard;
    return typeof value === 'boolean' ? value : this.refuse(key, 'true or false');
  }

  text(key: string, standard?: string): string {
    const value = this.get(key) ?? standard;
    return typeof value === 'string' ? value : this.refuse(key, 'a string');
  }

  /** One of a few words. */
  word<const T extends string>(key: string, words: readonly T[], standard: T): T {
    const value = this.get(key) ?? standard;
    return words.find((each) => each === value) ?? this.refuse(key, `one of ${words.map(show).join(', ')}`);
  }

  numbers(key: string): number[] {
    const value = this.get(key);
    if (!Array.isArray(value)) this.refuse(key, 'an array of numbers');
    return value.map((each: unknown) => (typeof each === 'number' ? each : this.refuse(key, 'an array of numbers')));
  }

  /** One number, or a number for each of so many axes, as a list. */
  extent(key: string, axes: number, standard?: number): number[] {
    if (!Array.isArray(this.get(key))) return Array.from({ length: axes }, () => this.number(key, standard));
    const list = this.numbers(key);
    return list.length === axes ? list : this.refuse(key, `${axes} numbers`);
  }

  /** A pair of numbers. */
  pair(key: string, standard?: number): [number, number] {
    const [first = 0, second = 0] = this.extent(key, 2, standard);
    return [first, second];
  }

  /** The single number of a list for one axis. */
  single(key: string, standard?: number): number {
    return this.extent(key, 1, standard)[0] ?? 0;
  }

  /** A nested configuration; undefined when absent. */
  inner(key: string): Config | undefined {
    const value = this.get(key);
    return value === undefined ? undefined : new Config(`${this.where}: ${key}`, value);
  }

  /** Refuses an option that changes what the layer computes, unless it has one of these values or is absent. */
  only(key: string, ...allowed: readonly unknown[]): void {
    const value = this.get(key);
    if (value === undefined || allowed.includes(value)) return;
    refuse(
      FormatError,
      this.where,
      allowed.length ? `${key} ${allowed.map(show).join(' or ')}` : `no ${key}`,
      show(value),
    );
  }

  /** This configuration with the entries of another one. */
  with(other: Config): Config {
    return new Config(this.where, { ...this.#entries, ...other.#entries });
  }
}

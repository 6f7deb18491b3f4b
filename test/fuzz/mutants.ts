// Everything one step away from a right call.
import type { Junk } from './junk.js';

/** A value that is wrong in one place, and where. */
export interface Mutant {
  readonly label: string;
  /** The last key on the way to the place. */
  readonly key: string;
  readonly value: unknown;
}

/** How deep in options a place may lie. */
const LEVELS = 3;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  try {
    return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  } catch {
    return false; // one that cannot be touched
  }
}

function* ofRecord(
  record: Readonly<Record<string, unknown>>,
  path: string,
  junk: readonly Junk[],
  levels: number,
): Generator<Mutant> {
  for (const [key, inner] of Object.entries(record)) {
    const at = `${path}.${key}`;
    for (const { label, value } of junk) yield { label: `${at} = ${label}`, key, value: { ...record, [key]: value } };
    for (const { value, ...where } of within(inner, at, junk, levels - 1))
      yield { ...where, value: { ...record, [key]: value } };
    const { [key]: _, ...rest } = record;
    yield { label: `${at} left out`, key, value: rest };
  }
  yield { label: `${path}.misspelt = 1`, key: 'misspelt', value: { ...record, misspelt: 1 } };
  yield { label: `${path} as a Map`, key: '', value: new Map(Object.entries(record)) };
}

function* ofArray(list: readonly unknown[], path: string, junk: readonly Junk[], levels: number): Generator<Mutant> {
  const at = `${path}[0]`;
  for (const { label, value } of junk) yield { label: `${at} = ${label}`, key: '0', value: [value, ...list.slice(1)] };
  for (const { value, ...where } of within(list[0], at, junk, levels - 1))
    yield { ...where, value: [value, ...list.slice(1)] };
  const hole = list.slice(0, -1);
  hole.length = list.length;
  const cycle: unknown[] = list.slice();
  cycle.push(cycle);
  yield { label: `${path} with a hole`, key: '', value: hole };
  yield { label: `${path} with itself`, key: '', value: cycle };
  yield { label: `${path} twice`, key: '', value: [...list, ...list] };
  yield { label: `${path} without its last`, key: '', value: list.slice(0, -1) };
}

function within(value: unknown, path: string, junk: readonly Junk[], levels: number): Iterable<Mutant> {
  if (levels === 0) return [];
  if (isRecord(value)) return ofRecord(value, path, junk, levels);
  return Array.isArray(value) && value.length > 0 ? ofArray(value, path, junk, levels) : [];
}

/** Argument lists wrong in one place. */
export function* mutants(args: readonly unknown[], junk: readonly Junk[]): Generator<Mutant> {
  for (const [i, arg] of args.entries()) {
    const replaced = (value: unknown): readonly unknown[] => args.map((old, k) => (k === i ? value : old));
    for (const { label, value } of junk) yield { label: `argument ${i} = ${label}`, key: '', value: replaced(value) };
    for (const { value, ...where } of within(arg, `argument ${i}`, junk, LEVELS))
      yield { ...where, value: replaced(value) };
    yield { label: `${i} arguments`, key: '', value: args.slice(0, i) };
  }
  yield { label: 'one argument more', key: '', value: [...args, { misspelt: 1 }] };
}

/** The same in two places at once: `count` of them, drawn by seed. */
export function* pairs(
  args: readonly unknown[],
  junk: readonly Junk[],
  count: number,
  seed: number,
): Generator<Mutant> {
  const random = generator(seed);
  const drawn = <T>(list: readonly T[]): T[] => list.slice(Math.floor(random() * list.length)).slice(0, 1);
  for (let i = 0; i < count; i++) {
    for (const one of drawn([...mutants(args, drawn(junk))])) {
      const changed: readonly unknown[] = Array.isArray(one.value) ? one.value : [];
      for (const two of drawn([...mutants(changed, drawn(junk))]))
        yield { value: two.value, key: `${one.key} ${two.key}`, label: `${one.label}, ${two.label}` };
    }
  }
}

/** Mulberry32: numbers in [0, 1). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

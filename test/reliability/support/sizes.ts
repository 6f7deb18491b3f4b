// Sizes at and around the places where numbers stop fitting: f32's whole numbers, i32, u32, doubles' whole numbers.
import { randomNumbers } from './member.js';

/** Numbers that no size is, and numbers that no array here can have as its size. */
const SIZES: readonly number[] = [
  ...[2 ** 24 - 1, 2 ** 24, 2 ** 24 + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1],
  ...[2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 2 ** 63, 2 ** 128, -(2 ** 31), -(2 ** 31) - 1],
  ...[-0, -1, 0.5, 2 ** 24 + 0.5, 2 ** 31 - 0.5],
];

/** Sizes of which one alone may be right, but not all of them at once. */
const FACTORS: readonly number[] = [2 ** 11, 2 ** 16, 2 ** 16 + 1, 2 ** 21 + 1, 2 ** 27];

const ALL: readonly number[] = [...FACTORS, ...SIZES];

const LEVELS = 5;

type Change = (old: number, path: string) => number;

/** Changes numbers: `change` is asked for every number, in order. Everything else stays as it is. */
function withNumbers(value: unknown, change: Change, path = '', levels = LEVELS): unknown {
  if (typeof value === 'number') return change(value, path);
  if (levels === 0 || typeof value !== 'object' || value === null) return value;
  const inner = (item: unknown, key: string | number): unknown =>
    withNumbers(item, change, path === '' ? String(key) : `${path}.${key}`, levels - 1);
  if (value instanceof Int32Array) return value.map((item, i) => change(item, `${path}.${i}`));
  if (Array.isArray(value)) return value.map(inner);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item, key)]));
}

export interface Sized {
  readonly label: string;
  readonly args: readonly unknown[];
}

const text = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

function replaced(args: readonly unknown[], paths: readonly string[], value: number): Sized {
  const changed = withNumbers(args, (old, path) => (paths.includes(path) ? value : old));
  return { label: `${paths.join(' and ')} = ${text(value)}`, args: Array.isArray(changed) ? changed : [] };
}

/** Argument lists with such a size in one place, in two neighbouring ones, and everywhere. */
function* systematic(args: readonly unknown[], paths: readonly string[]): Generator<Sized> {
  for (const value of SIZES) for (const path of paths) yield replaced(args, [path], value);
  for (const value of ALL) {
    for (const [i, path] of paths.slice(1).entries()) yield replaced(args, [paths[i] ?? '', path], value);
    if (paths.length > 2) yield replaced(args, paths, value);
  }
}

/** `count` argument lists with wrong sizes: all the systematic ones or some of them, the rest drawn. */
export function* sized(args: readonly unknown[], count: number): Generator<Sized> {
  const paths: string[] = [];
  withNumbers(args, (old, path) => (paths.push(path), old));
  if (paths.length === 0) return;
  const list = [...systematic(args, paths)];
  const step = Math.max(1, list.length / count);
  for (let i = 0; i < Math.min(count, list.length); i++) yield list[Math.floor(i * step)] ?? { label: '', args };
  const random = randomNumbers(count);
  const one = (from: readonly unknown[]): Sized =>
    replaced(from, [paths[random(paths.length)] ?? ''], ALL[random(ALL.length)] ?? 0);
  for (let i = list.length; i < count && paths.length > 1; i++) {
    const first = one(args);
    const second = one(first.args);
    yield { label: `${first.label}, ${second.label}`, args: second.args };
  }
}

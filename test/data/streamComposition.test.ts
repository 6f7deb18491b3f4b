// Streams of any composition against the same operations on iterables that never wait: items, order, failures at any
// place, and that every iterator is closed, however a pass ends.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataset, stream, type Stream } from '../../src/data/index.js';
import * as plain from './streamModel.js';
import type { Model } from './streamModel.js';

/** A stream, and what it must do. */
interface Pair {
  readonly real: Stream<unknown>;
  readonly model: Model;
}

type Operation = (pair: Pair) => Pair;

class Planned extends Error {}

/** Counts calls, and throws at one of them. */
function failing(at: number, name: string): () => void {
  let calls = 0;
  return () => {
    if (calls++ === at) throw new Planned(`${name} ${at}`);
  };
}

/** A group of samples, of pairs, or of numbers. */
function together(group: readonly unknown[]): unknown {
  const [first] = group;
  if (typeof first !== 'object' || first === null) return group;
  const part = (key: string): unknown[] => group.map((item) => (item as Record<string, unknown>)[key]);
  if (Array.isArray(first)) return first.map((_, i) => part(`${i}`));
  return Object.fromEntries(Object.keys(first).map((key) => [key, part(key)]));
}

const later = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, 0, value));

/** A number that tells items apart. */
const numberOf = (item: unknown): number => JSON.stringify(item).length;

const small = fc.integer({ min: 1, max: 7 });
const never = fc.oneof({ weight: 3, arbitrary: fc.constant(Infinity) }, { weight: 1, arbitrary: fc.nat(12) });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(never, fc.constantFrom('now', 'promise', 'later')).map(([at, when]): Operation => ({ real, model }) => {
    const [fail, failModel] = [failing(at, 'map'), failing(at, 'map')];
    const change = (item: unknown, i: number): unknown => ({ x: [item], i });
    return {
      real: real.map((item, i) => {
        fail();
        const made = change(item, i);
        return when === 'now' ? made : when === 'promise' ? Promise.resolve(made) : later(made);
      }),
      model: plain.mapped(model, (item, i) => {
        failModel();
        return change(item, i);
      }),
    };
  }),
  fc.tuple(never, fc.boolean()).map(([at, waits]): Operation => ({ real, model }) => {
    const [fail, failModel] = [failing(at, 'filter'), failing(at, 'filter')];
    const keep = (item: unknown): boolean => numberOf(item) % 3 > 0;
    return {
      real: real.filter((item) => (fail(), waits ? Promise.resolve(keep(item)) : keep(item))),
      model: plain.filtered(model, (item) => (failModel(), keep(item))),
    };
  }),
  small.map((size): Operation => ({ real, model }) => ({ real: real.batch(size), model: plain.batched(model, size, together) })),
  fc.tuple(small, fc.nat(3)).map(([buffer, seed]): Operation => ({ real, model }) => ({
    real: real.shuffle(buffer, seed),
    model: plain.shuffled(model, buffer, seed),
  })),
  fc.nat(15).map((count): Operation => ({ real, model }) => ({ real: real.take(count), model: plain.taken(model, count) })),
  fc.nat(5).map((count): Operation => ({ real, model }) => ({ real: real.skip(count), model: plain.skipped(model, count) })),
  fc.integer({ min: 1, max: 3 }).map((count): Operation => ({ real, model }) => ({
    real: real.repeat(count),
    model: plain.repeated(model, count),
  })),
  fc.constant<Operation>(({ real, model }) => ({ real: real.cache(), model: plain.cached(model) })),
); // prettier-ignore

const prefetching: fc.Arbitrary<Operation> = small.map((count) => ({ real, model }) => ({
  real: real.prefetch(count),
  model,
}));

/** What was opened and how it ended. */
interface Watch {
  opened: number;
  ended: number;
  read: number;
}

interface Origin extends Pair {
  readonly watch: Watch;
  readonly modelWatch: Watch;
}

function* watched(items: readonly unknown[], failAt: number, watch: Watch): Generator {
  watch.opened++;
  try {
    for (const [i, item] of items.entries()) {
      if (i === failAt) throw new Planned(`source ${i}`);
      watch.read++;
      yield item;
    }
    if (failAt === items.length) throw new Planned('source at its end');
  } finally {
    watch.ended++;
  }
}

async function* awaiting(items: Iterable<unknown>, waits: boolean): AsyncGenerator {
  for (const item of items) yield waits ? await later(item) : item;
}

function* promising(items: Iterable<unknown>): Generator {
  for (const item of items) yield Promise.resolve(item);
}

function watching(items: readonly unknown[], failAt: number, kind: string): Origin {
  const watch = { opened: 0, ended: 0, read: 0 };
  const modelWatch = { ...watch };
  const source = (): Generator => watched(items, failAt, watch);
  const sources: Readonly<Record<string, () => Iterable<unknown> | AsyncIterable<unknown>>> = {
    generator: source,
    async: () => awaiting(source(), false),
    slow: () => awaiting(source(), true),
    promises: () => promising(source()),
  };
  return {
    real: stream(sources[kind] ?? source),
    model: () => watched(items, failAt, modelWatch),
    ...{ watch, modelWatch },
  };
}

/** A dataset of a few rows, and its rows one by one. */
function rowsOf(size: number, classes: boolean, weighted: boolean, lengths: boolean): Origin {
  const x = Float32Array.from({ length: 2 * size }, (_, i) => i);
  const y = classes ? Int32Array.from({ length: size }, (_, i) => i % 3) : x.map((value) => value / 2);
  const weights = weighted ? Float32Array.from({ length: size }, (_, i) => 1 + i) : undefined;
  const valid = lengths ? Int32Array.from({ length: size }, (_, i) => i % 3) : undefined;
  const data = dataset(x, y, { shape: [2], weights, lengths: valid });
  const [pair, depth] = [(i: number) => x.slice(2 * i, 2 * i + 2), y.length / size];
  const rows = Array.from({ length: size }, (_, i) => ({
    x: pair(i),
    y: Float32Array.from(y.subarray(depth * i, depth * (i + 1))),
    ...(valid && { lengths: valid[i] }),
    ...(weights && { weights: weights.slice(i, i + 1) }),
  }));
  const watch = { opened: 0, ended: 0, read: 0 };
  return { real: stream(data), model: () => rows, watch, modelWatch: { ...watch } };
}

const origin: fc.Arbitrary<() => Origin> = fc.oneof(
  fc
    .tuple(fc.nat(20), never, fc.constantFrom('generator', 'async', 'slow', 'promises'))
    .map(([count, failAt, kind]) => () => watching(Array.from({ length: count }, (_, i) => i), failAt, kind)), // prettier-ignore
  fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.boolean(), fc.boolean(), fc.boolean())
    .map((given) => () => rowsOf(...given)),
);

interface Outcome {
  readonly items: readonly unknown[];
  readonly failure: unknown;
}

/** A pass from which at most `limit` items are taken. */
async function passOf(items: Iterable<unknown> | AsyncIterable<unknown>, limit: number): Promise<Outcome> {
  const found: unknown[] = [];
  try {
    for await (const item of items) {
      found.push(item);
      if (found.length === limit) break;
    }
  } catch (failure) {
    return { items: found, failure };
  }
  return { items: found, failure: undefined };
}

const compose = (pair: Pair, operations: readonly Operation[]): Pair =>
  operations.reduce((now, next) => next(now), pair);

const limits = fc.array(fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 12 })), {
  minLength: 1,
  maxLength: 3,
});

describe('a stream of any composition', () => {
  it('gives what plain iterables give, pass after pass, reads as much, and leaves nothing open', async () => {
    const property = fc.asyncProperty(origin, fc.array(operation, { maxLength: 4 }), limits, async (begin, steps, sizes) => {
      const { watch, modelWatch, ...pair } = begin();
      const { real, model } = compose(pair, steps);
      for (const limit of sizes) {
        expect(await passOf(real, limit)).toEqual(await passOf(model(), limit));
        expect(watch).toEqual(modelWatch);
        expect(watch.ended).toBe(watch.opened);
      }
    }); // prettier-ignore
    await fc.assert(property, { numRuns: 400 });
  });

  it('gives the same when it is prefetched anywhere, and leaves nothing open', async () => {
    const steps = fc.array(fc.oneof(operation, prefetching), { maxLength: 5 });
    const property = fc.asyncProperty(origin, steps, async (begin, operations) => {
      const { watch, ...pair } = begin();
      const { real, model } = compose(pair, operations);
      expect(await passOf(real, Infinity)).toEqual(await passOf(model(), Infinity));
      expect(watch.ended).toBe(watch.opened);
      await passOf(real, 2);
      expect(watch.ended).toBe(watch.opened);
    });
    await fc.assert(property, { numRuns: 400 });
  });
});

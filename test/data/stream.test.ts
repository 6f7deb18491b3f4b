import { describe, expect, it } from 'vitest';
import { dataset, stream, type Stream } from '../../src/data/index.js';
import { typed } from '../support/typed.js';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('stream', () => {
  it('maps, filters, takes, skips and repeats', async () => {
    const ten = stream(numbers(10));
    expect(await all(ten.map((x, i) => Promise.resolve(x * 10 + i)))).toEqual(numbers(10).map((x) => 11 * x));
    expect(await all(ten.filter((x) => x % 3 === 0))).toEqual([0, 3, 6, 9]);
    expect(await all(ten.skip(2).take(3))).toEqual([2, 3, 4]);
    expect(await all(ten.take(0))).toEqual([]);
    expect(await all(ten.skip(20))).toEqual([]);
    expect(await all(ten.take(2).repeat(3))).toEqual([0, 1, 0, 1, 0, 1]);
    expect(await all(ten.take(2).repeat().take(5))).toEqual([0, 1, 0, 1, 0]);
    expect(await all(stream<number>([]).repeat())).toEqual([]);
  });

  it('puts samples together', async () => {
    const samples = stream(numbers(5)).map((x) => ({ x: [x], y: x % 2 }));
    const [first, , last] = await all(samples.batch(2));
    expect(first).toEqual({ x: [[0], [1]], y: [0, 1] });
    expect(last).toEqual({ x: [[4]], y: [0] });
    const pairs = stream(numbers(2)).map((x): readonly [number[], number] => [[x], x]);
    expect(await all(pairs.batch(5))).toEqual([
      [
        [[0], [1]],
        [0, 1],
      ],
    ]);
    expect(await all(stream(numbers(3)).batch(2))).toEqual([[0, 1], [2]]);
  });

  it('refuses to put together items with other parts, wherever they are', async () => {
    type Item = { x?: number; y?: number | undefined; weights?: number } | number | readonly number[];
    const batches = (...items: Item[]): Promise<unknown[]> => all(stream(items).batch(2));
    const refused = (got: string): unknown =>
      new TypeError(`batch: expected items with x, y as the first of the batch has, got ${got}`);
    const sample = { x: 1, y: 2 };
    await expect(batches(sample, { x: 1 })).rejects.toThrow(refused('one with x'));
    await expect(batches(sample, sample, sample, { ...sample, weights: 1 })).rejects.toThrow(
      refused('one with x, y, weights'),
    );
    await expect(batches(sample, 7)).rejects.toThrow(refused('7'));
    await expect(batches(sample, [1, 2])).rejects.toThrow(refused('[1, 2]'));
    expect(await batches({ x: 1, y: undefined }, { x: 2 })).toEqual([{ x: [1, 2] }]);
  });

  it('gives the rows of a dataset one by one, which dataset takes back', async () => {
    const rows = dataset([[[1], [2]], [[3], [4]], [[5], [6]]], Int32Array.of(2, 0, 1), { lengths: [1, 2, 2] }); // prettier-ignore
    expect(await all(stream(rows))).toEqual([
      { x: Float32Array.of(1, 2), y: Float32Array.of(2), lengths: 1 },
      { x: Float32Array.of(3, 4), y: Float32Array.of(0), lengths: 2 },
      { x: Float32Array.of(5, 6), y: Float32Array.of(1), lengths: 2 },
    ]);
    const [batch] = await all(dataset(stream(dataset([[1, 2], [3, 4]], [[5], [6]])).batch(2))); // prettier-ignore
    expect(batch).toMatchObject({ size: 2, x: Float32Array.of(1, 2, 3, 4), y: Float32Array.of(5, 6) });
  });

  it('shuffles by a seed, differently in each pass', async () => {
    const shuffled = (seed?: number): Stream<number> => stream(numbers(50)).shuffle(8, seed);
    const once = shuffled(3);
    const [first, second] = [await all(once), await all(once)];
    const again = shuffled(3);
    expect([await all(again), await all(again)]).toEqual([first, second]);
    expect(second).not.toEqual(first);
    expect(await all(shuffled(4))).not.toEqual(first);
    expect(await all(shuffled())).toEqual(await all(shuffled(0)));
    expect([...first].sort((a, b) => a - b)).toEqual(numbers(50));
    first.forEach((x, i) => expect(x).toBeLessThan(i + 9)); // no item comes before its buffer is full
    expect(await all(stream(numbers(5)).shuffle(1))).toEqual(numbers(5));
  });

  it('reads a cached source once, when a pass was whole', async () => {
    let passes = 0;
    const source = function* (): Generator<number> {
      passes++;
      yield* numbers(4);
    };
    const cached = stream(source).cache();
    for await (const item of cached) if (item === 1) break;
    expect([await all(cached), await all(cached), passes]).toEqual([numbers(4), numbers(4), 2]);
  });

  it('prefetches while the caller works', async () => {
    let given = 0;
    const source = function* (): Generator<number> {
      while (given < 6) yield given++;
    };
    const seen: number[] = [];
    for await (const item of stream(source).prefetch(2)) {
      seen.push(item);
      await new Promise((resolve) => setTimeout(resolve));
      expect(given).toBe(Math.min(6, item + 3));
    }
    expect(seen).toEqual(numbers(6));
  });

  it.each<[string, (from: Stream<number>) => AsyncIterable<unknown>]>([
    ['map', (from) => from.map((x) => x)],
    ['batch', (from) => from.batch(1)],
    ['shuffle', (from) => from.shuffle(2)],
    ['prefetch', (from) => from.prefetch(3)],
    ['cache', (from) => from.cache()],
    ['take', (from) => from.take(100)],
    ['repeat', (from) => from.repeat()],
  ])('%s closes the source and hands on what it throws', async (_, make) => {
    let closed = 0;
    const source = function* (): Generator<number> {
      try {
        for (let i = 0; i < 5; i++) yield i;
        throw new Error('broken');
      } finally {
        closed++;
      }
    };
    for await (const item of make(stream(source))) if (item !== undefined) break;
    expect(closed).toBe(1);
    await expect(all(make(stream(source)))).rejects.toThrow(new Error('broken'));
    expect(closed).toBe(2);
  });

  it('refuses what is no stream', async () => {
    const wrong = (value: unknown): Iterable<number> => value as Iterable<number>;
    expect(() => stream(wrong(7))).toThrow(
      new TypeError('stream: expected an iterable, a generator function or a dataset, got 7'),
    );
    await expect(all(stream(() => wrong(7)))).rejects.toThrow(
      new TypeError('stream: expected a function that returns an iterable, got one that returns 7'),
    );
    const once = stream(numbers(3).values());
    expect(await all(once)).toEqual(numbers(3));
    await expect(all(once)).rejects.toThrow(typed(TypeError, /^stream: expected items for another pass, got a gen/));
    const ten = stream(numbers(10));
    expect(() => ten.batch(0)).toThrow(typed(RangeError, 'batch: expected size to be a whole number >= 1, got 0'));
    expect(() => ten.take(-1)).toThrow(typed(RangeError, 'take: expected count to be a whole number >= 0, got -1'));
    expect(() => ten.shuffle(2, -1)).toThrow(typed(RangeError, /^shuffle: expected seed/));
  });
});

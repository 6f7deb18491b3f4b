import { describe, expect, it } from 'vitest';
import { FormatError, NonFiniteError, ShapeError } from '../../../src/core/errors.js';
import { pad, Tokenizer, tokenizer, windows, type PadOptions } from '../../../src/data/index.js';
import { withRuntime } from '../../support/live.js';
import { typed } from '../../support/typed.js';
import { wrong } from '../../support/wrong.js';

withRuntime();

describe('pad', () => {
  it.each<[PadOptions, number[][], number[]]>([
    [{}, [[1, 2, 3], [4, 0, 0], [0, 0, 0]], [3, 1, 0]], // prettier-ignore
    [{ length: 2 }, [[1, 2], [4, 0], [0, 0]], [2, 1, 0]], // prettier-ignore
    [{ length: 2, truncate: 'start', side: 'start', value: -1 }, [[2, 3], [-1, 4], [-1, -1]], [2, 1, 0]], // prettier-ignore
    [{ length: 4, side: 'start' }, [[0, 1, 2, 3], [0, 0, 0, 4], [0, 0, 0, 0]], [3, 1, 0]], // prettier-ignore
  ])('%j', (options, expected, counts) => {
    const { x, lengths } = pad([[1, 2, 3], Uint8Array.of(4), []], options);
    expect(x.toArray()).toEqual(expected);
    expect(lengths).toEqual(Int32Array.from(counts));
    x.dispose();
  });

  it('steps of several features', () => {
    const { x, lengths } = pad([[[1, 2]], [[3, 4], [5, 6]], []]); // prettier-ignore
    expect(x.toArray()).toEqual([[[1, 2], [0, 0]], [[3, 4], [5, 6]], [[0, 0], [0, 0]]]); // prettier-ignore
    expect(lengths).toEqual(Int32Array.of(1, 2, 0));
    x.dispose();
  });

  it.each<[unknown, unknown, unknown]>([
    [[], {}, new RangeError('pad: expected at least one sequence, got []')],
    [[[1], [[1, 2]]], {}, new ShapeError('pad: expected steps of numbers as in the first sequence, got 2 features')],
    [[[[1], [1, 2]]], {}, typed(ShapeError, /^pad: expected rows of equal shape/)],
    [[3], {}, new ShapeError('pad: expected sequence 0 to be [steps] or [steps, features], got []')],
    [3, {}, new TypeError('pad: expected sequences to be an array, got 3')],
    [[[1]], { length: 0 }, typed(RangeError, /^pad: expected length to be a whole number >= 1/)],
    [[[1]], { side: 'left' }, typed(RangeError, /^pad: expected side to be one of 'start', 'end'/)],
  ])('refuses %j', (sequences, options, error) => {
    expect(() => pad(wrong(sequences), wrong(options))).toThrow(error);
  });
});

describe('windows', () => {
  it('rows of successive steps, and the steps that follow', () => {
    const data = windows([1, 2, 3, 4, 5, 6, 7], { length: 2, horizon: 2, stride: 2 });
    expect([data.size, data.xShape, data.yShape]).toEqual([2, [2, 1], [2]]);
    expect([...data.x]).toEqual([1, 2, 3, 4]);
    expect([...(data.y ?? [])]).toEqual([3, 4, 5, 6]);
  });

  it('several columns and targets', () => {
    const series = [[1, 10, 100], [2, 20, 200], [3, 30, 300]]; // prettier-ignore
    const one = windows(series, { length: 2, target: 1 });
    expect([one.xShape, one.yShape, [...one.x], [...(one.y ?? [])]]).toEqual([
      [2, 3],
      [1],
      [1, 10, 100, 2, 20, 200],
      [30],
    ]);
    const two = windows(series, { length: 1, horizon: 2, target: [2, 0] });
    expect([two.yShape, [...(two.y ?? [])]]).toEqual([
      [2, 2],
      [200, 2, 300, 3],
    ]);
    expect(windows(series, { length: 1 }).yShape).toEqual([1, 3]);
  });

  it.each<[unknown, unknown, unknown]>([
    [[1, 2], { length: 2 }, new RangeError('windows: expected at least 3 steps, got 2')],
    [[1, 2, 3], {}, typed(TypeError, /^windows: expected length to be a whole number/)],
    [
      [1, 2, 3],
      { length: 1, target: 1 },
      typed(RangeError, /^windows: expected target to be a whole number >= 0 and < 1/),
    ],
    [[1, 2, 3], { length: 1, target: [] }, typed(RangeError, /^windows: expected at least one target/)],
    [[1, NaN, 3], { length: 1 }, typed(NonFiniteError, /^windows: expected finite x/)],
    [[[[1]]], { length: 1 }, typed(ShapeError, /^windows: expected a series/)],
  ])('refuses %j %j', (series, options, error) => {
    expect(() => windows(wrong(series), wrong(options))).toThrow(error);
  });
});

describe('tokenizer', () => {
  it('words: the most frequent first, capitals like small letters, marks by themselves', () => {
    const words = tokenizer().fit(["The cat's hat. The end!", 'the END']);
    expect(words.toJSON().tokens).toEqual(['the', 'end', '!', '.', "cat's", 'hat']);
    expect(words.size).toBe(8);
    expect(words.encode('The end dog')).toEqual([2, 3, 1]);
    expect(words.encode(['', 'hat hat'])).toEqual([[], [7, 7]]);
    expect(words.decode([2, 3, 1, 0, 0])).toBe('the end \ufffd');
  });

  it('characters, as Unicode has them', () => {
    const characters = tokenizer({ by: 'character', unknown: 'skip' }).fit('aÄ😀a');
    expect(characters.encode('a😀bÄ')).toHaveLength(3);
    expect(characters.decode(characters.encode('a😀bÄ'))).toBe('a😀Ä');
  });

  it('keeps so many tokens; unknown ones are an error if wanted', () => {
    const few = tokenizer({ vocabularySize: 1, unknown: 'error' }).fit('a a b');
    expect(few.size).toBe(3);
    expect(() => few.encode('a b')).toThrow(new RangeError("encode: expected known tokens, got 'b'"));
  });

  it('comes back from JSON', () => {
    const words = tokenizer({ vocabularySize: 3 }).fit('one two two three three three four');
    const copy = Tokenizer.fromJSON(JSON.parse(JSON.stringify(words)));
    expect(copy.toJSON()).toEqual(words.toJSON());
    expect(copy.encode('three two one four')).toEqual(words.encode('three two one four'));
    for (const json of [
      null,
      {},
      { tokens: ['a', 'a'] },
      { tokens: [1] },
      { tokens: ['a'], by: 'line' },
      { tokens: ['a'], vocabularySize: 0 },
    ])
      expect(() => Tokenizer.fromJSON(json)).toThrow(typed(FormatError, /^fromJSON: expected /));
  });

  it('refuses wrong use', () => {
    expect(() => tokenizer().encode('a')).toThrow(
      new RangeError('encode: expected a tokenizer after fit, got one without tokens'),
    );
    expect(() => tokenizer().fit('')).toThrow(new RangeError('fit: expected texts with at least one token, got none'));
    expect(() => tokenizer().fit(wrong([3]))).toThrow(new TypeError('fit: expected text or an array of texts, got 3'));
    expect(() => tokenizer().fit('a').decode([3])).toThrow(typed(RangeError, /^decode: expected indices /));
    expect(() => tokenizer(wrong({ by: 'line' }))).toThrow(typed(RangeError, /^tokenizer: expected by to be one of/));
  });
});

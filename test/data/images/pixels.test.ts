import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../../src/core/errors.js';
import { fromPixels, toPixels } from '../../../src/data/index.js';
import { withRuntime } from '../../support/live.js';
import { typed } from '../../support/typed.js';
import { wrong } from '../../support/wrong.js';
import references from './references/resize.json';

withRuntime();

describe('fromPixels', () => {
  const rgba = { data: new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 51]), width: 2, height: 1 };

  it('gives values from 0 to 1, height before width', () => {
    using x = fromPixels(rgba);
    expect(x.shape).toEqual([1, 2, 3]);
    expect(x.data()).toEqual(Float32Array.of(1, 0, 0, 0, 51 / 255, 0)); // what is transparent is black
  });

  it('channels: brightness, colours, alpha; grey and RGB bytes', () => {
    using grey = fromPixels(rgba, { channels: 1 });
    expect(grey.data()).toEqual(Float32Array.of(0.299, 0.587 * 0.2));
    using all = fromPixels(rgba, { channels: 4, scale: 1 });
    expect(all.data()).toEqual(Float32Array.of(255, 0, 0, 255, 0, 255, 0, 51));
    using spread = fromPixels({ data: new Uint8Array([7, 9]), width: 1, height: 2 }, { scale: 1 });
    expect(spread.toArray()).toEqual([[[7, 7, 7]], [[9, 9, 9]]]);
    using opaque = fromPixels({ data: new Uint8Array([1, 2, 3]), width: 1, height: 1 }, { channels: 4, scale: 1 });
    expect(opaque.toArray()).toEqual([[[1, 2, 3, 255]]]);
  });

  it.each(references)(
    'resizes $height x $width to $size as PyTorch does',
    ({ height, width, size, data, ...expected }) => {
      for (const [antialias, values] of [
        [true, expected.antialias],
        [false, expected.plain],
      ] as const) {
        // prettier-ignore
        const [h = 0, w = 0] = size;
        using x = fromPixels({ data: new Uint8Array(data), width, height }, { size: [h, w], scale: 1, antialias });
        expect(x.shape).toEqual([h, w, 3]);
        x.data().forEach((value, i) => expect(value).toBeCloseTo(values[i] ?? NaN, 3));
      }
    },
  );

  it.each<[string, unknown, unknown, unknown]>([
    ['nothing', undefined, {}, typed(TypeError, /^fromPixels: expected a canvas, image, video or \{ data/)],
    ['arrays', { data: [1, 2, 3], width: 1, height: 1 }, {}, typed(TypeError, /with bytes, got /)],
    ['a wrong size', { ...rgba, width: 3 }, {}, typed(RangeError, /expected 1, 3 or 4 bytes for each of 3 x 1 pixels/)],
    ['no width', { ...rgba, width: 0 }, {}, typed(RangeError, /expected width to be a whole number >= 1, got 0/)],
    ['two channels', rgba, { channels: 2 }, typed(RangeError, /expected channels to be 1, 3 or 4, got 2/)],
    ['size 0', rgba, { size: 0 }, typed(RangeError, /expected size to be a whole number >= 1/)],
    [
      'a size of three',
      rgba,
      { size: [1, 2, 3] },
      typed(TypeError, /expected size to be a number or \[height, width\]/),
    ],
    ['a misspelt option', rgba, { sise: 2 }, typed(TypeError, /unknown option 'sise'/)],
  ])('refuses %s', (_, source, options, error) => {
    expect(() => fromPixels(wrong(source), wrong(options))).toThrow(error);
  });
});

describe('toPixels', () => {
  it('undoes fromPixels', () => {
    const data = Uint8ClampedArray.from({ length: 4 * 12 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256));
    using x = fromPixels({ data, width: 4, height: 3 });
    expect(toPixels(x)).toEqual({ data, width: 4, height: 3 });
    using y = fromPixels({ data, width: 4, height: 3 }, { channels: 4 });
    expect(toPixels(y).data).toEqual(data);
  });

  it('grey images, batches of one, other ranges', () => {
    expect([...toPixels([[0, 0.5]]).data]).toEqual([0, 0, 0, 255, 128, 128, 128, 255]);
    expect(toPixels([[[[1], [2]]]], { scale: 10 }).data[4]).toBe(20);
    expect([...toPixels([[-1, 2]]).data.filter((_, i) => i % 4 === 0)]).toEqual([0, 255]);
  });

  it.each([[[1, 2]], [[[[1, 2]]]], [[[[[1]]], [[[1]]]]], [[]]])('refuses %j', (image) => {
    expect(() => toPixels(wrong(image))).toThrow(typed(ShapeError, /^toPixels: expected one image/));
  });
});

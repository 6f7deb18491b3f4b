import { expect, it } from 'vitest';
import { fromPixels, toPixels } from '../../../src/data/index.js';
import { withRuntime } from '../../support/live.js';
import { typed } from '../../support/typed.js';

withRuntime();

const bytes = new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255]);
const pixels = new ImageData(bytes, 2, 2);
const expected = [[[1, 0, 0], [0, 1, 0]], [[0, 0, 1], [1, 1, 1]]]; // prettier-ignore

function painted<C extends HTMLCanvasElement | OffscreenCanvas>(canvas: C): C {
  canvas.width = canvas.height = 2;
  const context = canvas.getContext('2d');
  if (context && 'putImageData' in context) context.putImageData(pixels, 0, 0);
  return canvas;
}

it('reads everything that a page can draw', async () => {
  const canvas = painted(document.createElement('canvas'));
  const image = new Image();
  image.src = canvas.toDataURL();
  await image.decode();
  const frame = typeof VideoFrame === 'undefined' ? [] : [new VideoFrame(canvas, { timestamp: 0 })];
  const sources = [
    pixels,
    canvas,
    painted(new OffscreenCanvas(2, 2)),
    await createImageBitmap(canvas),
    image,
    ...frame,
  ];
  for (const source of sources) {
    using x = fromPixels(source);
    expect(x.toArray()).toEqual(expected);
  }
  frame.forEach((one) => one.close());
});

it('draws on a canvas', () => {
  const canvas = document.createElement('canvas');
  toPixels(expected, { canvas });
  using x = fromPixels(canvas);
  expect(x.toArray()).toEqual(expected);
});

it('refuses an image that is not loaded', () => {
  expect(() => fromPixels(new Image())).toThrow(
    typed(RangeError, 'fromPixels: expected an image with pixels, got one that is empty or not loaded'),
  );
});

import { finiteNumber, flag, knownOptions, show, wholeNumber } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import { makeTensor } from '../../tensors/creation.js';
import type { Tensor } from '../../tensors/tensor.js';
import { pixelsOf, type PixelSource } from './pixelSource.js';
import { resize, type Size } from './resize.js';

export interface FromPixelsOptions {
  /** Height and width of the result, or one number for both. Default: the size of the source. */
  readonly size?: number | readonly [height: number, width: number] | undefined;
  /** 1 (brightness), 3 (red, green, blue) or 4 (and alpha). Default 3. */
  readonly channels?: 1 | 3 | 4 | undefined;
  /** What bytes from 0 to 255 are multiplied by. Default 1 / 255: values from 0 to 1. */
  readonly scale?: number | undefined;
  /** Whether making an image smaller averages all of its pixels. Default true. */
  readonly antialias?: boolean | undefined;
}

/** Largest height and width of a result. */
const MAX_SIZE = 1 << 14;

function checkSize(where: string, size: unknown): Size {
  if (typeof size === 'number') {
    const side = wholeNumber(where, 'size', size, { min: 1, max: MAX_SIZE });
    return { height: side, width: side };
  }
  if (!Array.isArray(size) || size.length !== 2)
    refuse(TypeError, where, 'size to be a number or [height, width]', show(size));
  const [height, width] = Array.from(size, (side: unknown, i) =>
    wholeNumber(where, `size[${i}]`, side, { min: 1, max: MAX_SIZE }),
  );
  return { height: height ?? 1, width: width ?? 1 };
}

/** Pixels of 1, 3 or 4 bytes as so many channels. Without an alpha channel, transparent pixels are black. */
function withChannels(data: ArrayLike<number>, given: number, wanted: number): Float64Array {
  const pixels = data.length / given;
  const out = new Float64Array(pixels * wanted);
  for (let i = 0; i < pixels; i++) {
    const at = i * given;
    const alpha = given === 4 ? (data[at + 3] ?? 0) : 255;
    const cover = wanted === 4 ? 1 : alpha / 255;
    const color = (c: number): number => (data[at + (given === 1 ? 0 : c)] ?? 0) * cover;
    if (wanted === 1)
      out[i] = 0.299 * color(0) + 0.587 * color(1) + 0.114 * color(2); // Rec. 601
    else for (let c = 0; c < wanted; c++) out[i * wanted + c] = c === 3 ? alpha : color(c);
  }
  return out;
}

/**
 * An image as a tensor [height, width, channels] with values from 0 to 1, resized if wanted (bilinear, averaging when it
 * gets smaller). Put several together with `stack`, or `reshape` one to a batch of 1.
 *
 * The same canvas or bytes give the same bits everywhere; a browser's decoding of a file may differ in the last bit.
 *
 * @param source a canvas, OffscreenCanvas, ImageBitmap, loaded `<img>`, `<video>`, VideoFrame; or in Node, too, ImageData
 *   or `{ data, width, height }` with 1, 3 or 4 bytes for each pixel
 * @throws TypeError for other sources and unknown options; RangeError for an image that is not loaded or may not be read,
 *   because it came from another site
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { fromPixels } from 'wasmgrad/data';
 * await init();
 * const x = fromPixels({ data: new Uint8Array([0, 255, 255, 0]), width: 2, height: 2 }, { channels: 1 });
 * console.log(x.shape, x.toArray()); // [2, 2, 1] [[[0], [1]], [[1], [0]]]
 * x.dispose();
 * ```
 */
export function fromPixels(source: PixelSource, options: FromPixelsOptions = {}): Tensor {
  const where = 'fromPixels';
  const known = knownOptions(where, options, ['size', 'channels', 'scale', 'antialias']);
  const channels = known.channels ?? 3;
  if (![1, 3, 4].includes(channels)) refuse(RangeError, where, 'channels to be 1, 3 or 4', show(channels));
  const scale = finiteNumber(where, 'scale', known.scale ?? 1 / 255);
  const antialias = flag(where, 'antialias', known.antialias ?? true);
  const size = known.size === undefined ? undefined : checkSize(where, known.size);
  const image = pixelsOf(where, source);
  const { width, height } = size ?? image;
  const pixels = withChannels(image.data, image.channels, channels);
  const same = width === image.width && height === image.height;
  const sized = same ? pixels : resize(pixels, image, { width, height }, channels, antialias);
  return makeTensor(
    where,
    Float32Array.from(sized, (value) => value * scale),
    [height, width, channels],
  );
}

import { finiteNumber, knownOptions, show } from '../../core/checks.js';
import { refuse, ShapeError } from '../../core/errors.js';
import { flatValues, type RowData } from '../rows.js';

/** An HTMLCanvasElement or OffscreenCanvas. */
export interface PixelCanvas {
  width: number;
  height: number;
  getContext(kind: '2d'): unknown;
}

export interface ToPixelsOptions {
  /** What values are multiplied by to become bytes from 0 to 255. Default 255. */
  readonly scale?: number | undefined;
  /** A canvas to draw on, which gets the size of the image. */
  readonly canvas?: PixelCanvas | undefined;
}

/** An image as `ImageData` has it. */
export interface Pixels {
  /** Red, green, blue and alpha of each pixel. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** Height, width and channels of an image. */
function imageShape(where: string, given: readonly number[]): [height: number, width: number, channels: number] {
  const shape = given.length === 4 && given[0] === 1 ? given.slice(1) : given;
  const [height = 0, width = 0, channels = 1] = shape;
  const fits = (shape.length === 2 || shape.length === 3) && [1, 3, 4].includes(channels) && height * width > 0;
  if (!fits) refuse(ShapeError, where, 'one image, [height, width] or [height, width, 1, 3 or 4 channels]', given);
  return [height, width, channels];
}

function draw(where: string, canvas: unknown, { data, width, height }: Pixels): void {
  const getContext: unknown = typeof canvas === 'object' && canvas !== null ? Reflect.get(canvas, 'getContext') : null;
  if (typeof canvas !== 'object' || canvas === null || typeof getContext !== 'function')
    refuse(TypeError, where, 'a canvas', show(canvas));
  Object.assign(canvas, { width, height });
  const context: unknown = Reflect.apply(getContext, canvas, ['2d']);
  const put: unknown = typeof context === 'object' && context !== null ? Reflect.get(context, 'putImageData') : null;
  if (typeof put !== 'function') refuse(TypeError, where, 'a canvas for 2d', 'one that has another context');
  Reflect.apply(put, context, [new ImageData(data, width, height), 0, 0]);
}

/**
 * The pixels of an image with values from 0 to 1, for looking at it: as `ImageData` has them, and drawn on a canvas if one
 * is given. Values outside become the nearest byte, NaN becomes 0.
 *
 * @param image tensor or nested arrays [height, width] or [height, width, channels], with 1 (grey), 3 or 4 channels; a
 *   batch of one image is an image
 * @throws ShapeError, TypeError
 * @example
 * ```ts
 * import { toPixels } from 'wasmgrad/data';
 * const { data, width, height } = toPixels([[0, 1]]);
 * console.log(data, width, height); // Uint8ClampedArray [0, 0, 0, 255, 255, 255, 255, 255] 2 1
 * ```
 */
export function toPixels(image: RowData, options: ToPixelsOptions = {}): Pixels {
  const where = 'toPixels';
  const { scale = 255, canvas } = knownOptions(where, options, ['scale', 'canvas']);
  const factor = finiteNumber(where, 'scale', scale);
  const { values, shape } = flatValues(where, image);
  const [height, width, channels] = imageShape(where, shape);
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 4; c++) {
      const from = channels === 1 ? 0 : c;
      data[4 * i + c] = c === 3 && channels < 4 ? 255 : (values[i * channels + from] ?? 0) * factor;
    }
  const pixels = { data, width, height };
  if (canvas !== undefined) draw(where, canvas, pixels);
  return pixels;
}

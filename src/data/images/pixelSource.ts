// Pixels of whatever a page or a decoder has: red, green, blue and alpha from 0 to 255.
import { isDetached, show, wholeNumber } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';

/** An image as numbers, like `ImageData`: 1 (grey), 3 (red, green, blue) or 4 (and alpha) bytes a pixel. */
export interface PixelData {
  readonly data: Uint8ClampedArray | Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A canvas, OffscreenCanvas, ImageBitmap, `<img>` or `<video>`, which have a size, or a VideoFrame. */
export type Picture =
  | { readonly width: number; readonly height: number }
  | { readonly displayWidth: number; readonly displayHeight: number };

/** What `fromPixels` reads. */
export type PixelSource = PixelData | Picture;

// The declarations of the package name no types of browsers, as programs for Node do not have them.
type Drawable = HTMLCanvasElement | OffscreenCanvas | ImageBitmap | HTMLImageElement | HTMLVideoElement | VideoFrame;

const DRAWABLES = [
  'HTMLCanvasElement',
  'OffscreenCanvas',
  'ImageBitmap',
  'HTMLImageElement',
  'HTMLVideoElement',
  'VideoFrame',
];

function isDrawable(source: object): source is Drawable {
  return DRAWABLES.some((name) => {
    const Class: unknown = Reflect.get(globalThis, name);
    return typeof Class === 'function' && source instanceof Class;
  });
}

/** The size of what is drawn, in its own pixels. */
function sizeOf(source: Drawable): [width: number, height: number] {
  if ('videoWidth' in source) return [source.videoWidth, source.videoHeight];
  if ('naturalWidth' in source) return [source.naturalWidth, source.naturalHeight];
  if ('displayWidth' in source) return [source.displayWidth, source.displayHeight];
  return [source.width, source.height];
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;

function contextOf(width: number, height: number): Context {
  if (typeof OffscreenCanvas !== 'undefined')
    return new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas.getContext('2d', { willReadFrequently: true });
}

function drawn(where: string, source: Drawable): PixelData {
  const [width, height] = sizeOf(source);
  if (width === 0 || height === 0) refuse(RangeError, where, 'an image with pixels', 'one that is empty or not loaded');
  const context = contextOf(width, height);
  if (!context) refuse(TypeError, where, 'a host that has canvases', 'one that has none');
  try {
    context.drawImage(source, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.name : 'an error';
    throw new RangeError(`${where}: expected an image whose pixels may be read, got ${reason}`, { cause });
  }
}

function isBytes(data: unknown): data is PixelData['data'] {
  const isRight = data instanceof Uint8ClampedArray || data instanceof Uint8Array;
  return isRight && !isDetached(data.buffer);
}

/** The pixels of a source. @throws TypeError, RangeError */
export function pixelsOf(where: string, source: unknown): PixelData & { readonly channels: number } {
  if (typeof source !== 'object' || source === null)
    refuse(TypeError, where, 'a canvas, image, video or { data, width, height }', show(source));
  if (isDrawable(source)) return { ...pick(drawn(where, source)), channels: 4 };
  if (!('data' in source) || !('width' in source) || !('height' in source) || !isBytes(source.data))
    refuse(TypeError, where, 'a canvas, image, video or { data, width, height } with bytes', show(source));
  const width = wholeNumber(where, 'width', source.width, { min: 1 });
  const height = wholeNumber(where, 'height', source.height, { min: 1 });
  const { data } = source;
  const channels = data.length / (width * height);
  if (channels !== 1 && channels !== 3 && channels !== 4)
    refuse(RangeError, where, `1, 3 or 4 bytes for each of ${width} x ${height} pixels`, `${data.length} bytes`);
  return { data, width, height, channels };
}

/** `ImageData` has getters, which a spread does not copy. */
function pick({ data, width, height }: PixelData): PixelData {
  return { data, width, height };
}

// One image of a row, changed by random numbers. Only +, -, *, / and comparisons decide its bits.
import { cosPi } from '../../core/deterministic.js';
import type { RowRandom } from './randomWords.js';

/** Checked options of `augment`. */
export interface Changes {
  readonly flipX: boolean;
  readonly flipY: boolean;
  /** Largest shift as a part of height and width. */
  readonly shift: readonly [number, number];
  /** Largest turn in degrees. */
  readonly rotate: number;
  /** Largest change of the size, as a part of it. */
  readonly zoom: number;
  /** Largest shift by whole pixels. */
  readonly crop: number;
  readonly contrast: number;
  readonly brightness: number;
  /** What lies outside the image: a value, or the nearest pixel. */
  readonly fill: number | 'edge';
  /** Parameter of the distribution of mixtures; 0: none. */
  readonly mixup: number;
}

export type ImageShape = readonly [height: number, width: number, channels: number];

/** Where an output pixel comes from: rows of a 2 x 3 matrix, from (y, x) relative to the centre. */
interface Placement {
  readonly yy: number;
  readonly yx: number;
  readonly xy: number;
  readonly xx: number;
  readonly y: number;
  readonly x: number;
}

/** The same numbers are drawn for every image, whatever the options, so that one option does not change another's. */
function placementOf(changes: Changes, [height, width]: ImageShape, random: RowRandom): Placement {
  const mirrorX = random.next() < 0.5 && changes.flipX ? -1 : 1;
  const mirrorY = random.next() < 0.5 && changes.flipY ? -1 : 1;
  const [down, right] = [random.within(changes.shift[0]) * height, random.within(changes.shift[1]) * width];
  const turn = random.within(changes.rotate) / 180;
  const size = 1 / (1 + random.within(changes.zoom));
  const whole = (): number => Math.min(changes.crop, Math.floor(random.next() * (2 * changes.crop + 1)) - changes.crop);
  const [cropY, cropX] = [whole(), whole()];
  const [cos, sin] = [cosPi(turn), cosPi(turn - 0.5)];
  return {
    yy: mirrorY * cos * size,
    yx: mirrorY * -sin * size,
    xy: mirrorX * sin * size,
    xx: mirrorX * cos * size,
    y: down + cropY,
    x: right + cropX,
  };
}

/** Reads an image between its pixels. */
class Sampler {
  readonly #from: Float32Array;
  readonly #shape: ImageShape;
  readonly #fill: number | 'edge';

  constructor(from: Float32Array, shape: ImageShape, fill: number | 'edge') {
    this.#from = from;
    this.#shape = shape;
    this.#fill = fill;
  }

  #pixel(begin: number, y: number, x: number, c: number): number {
    const [height, width, channels] = this.#shape;
    const inside = y >= 0 && y < height && x >= 0 && x < width;
    if (!inside && this.#fill !== 'edge') return this.#fill;
    const row = Math.min(Math.max(y, 0), height - 1);
    const column = Math.min(Math.max(x, 0), width - 1);
    return this.#from[begin + (row * width + column) * channels + c] ?? 0;
  }

  /** The value at a place between pixels, of the image that begins at `begin`. */
  at(begin: number, y: number, x: number, c: number): number {
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const [v, u] = [y - top, x - left];
    const upper = this.#pixel(begin, top, left, c);
    if (v === 0 && u === 0) return upper;
    const upperRight = u === 0 ? upper : this.#pixel(begin, top, left + 1, c);
    const upperMean = upper + u * (upperRight - upper);
    if (v === 0) return upperMean;
    const lower = this.#pixel(begin, top + 1, left, c);
    const lowerRight = u === 0 ? lower : this.#pixel(begin, top + 1, left + 1, c);
    return upperMean + v * (lower + u * (lowerRight - lower) - upperMean);
  }
}

/** Changes the values themselves: contrast about the mean, then brightness. */
function changeValues(
  { contrast, brightness }: Changes,
  random: RowRandom,
  out: Float32Array,
  at: number,
  size: number,
): void {
  const [factor, offset] = [1 + random.within(contrast), random.within(brightness)];
  if (contrast === 0 && brightness === 0) return;
  let mean = 0;
  for (let i = at; i < at + size; i++) mean += (out[i] ?? 0) / size;
  for (let i = at; i < at + size; i++) out[i] = mean + factor * ((out[i] ?? 0) - mean) + offset;
}

/** A function that writes the changed image that begins at `from[begin]` to `out[at]`, ... */
export function imageTransform(
  from: Float32Array,
  shape: ImageShape,
  changes: Changes,
): (begin: number, random: RowRandom, out: Float32Array, at: number) => void {
  const [height, width, channels] = shape;
  const sampler = new Sampler(from, shape, changes.fill);
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  return (begin, random, out, at) => {
    const { yy, yx, xy, xx, y: down, x: right } = placementOf(changes, shape, random);
    let to = at;
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) {
        const [dy, dx] = [i - middleY - down, j - middleX - right];
        const y = yy * dy + yx * dx + middleY;
        const x = xy * dy + xx * dx + middleX;
        for (let c = 0; c < channels; c++) out[to++] = sampler.at(begin, y, x, c);
      }
    changeValues(changes, random, out, at, height * width * channels);
  };
}

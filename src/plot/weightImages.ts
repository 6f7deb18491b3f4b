import { show, wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { shapeText, sizeOf, type Shape } from '../core/shapes.js';
import type { InferenceModel } from '../models/inferenceModel.js';
import type { Weight } from '../models/network.js';
import { short } from './numbers.js';
import { liveModel, pictureOptions, stringOf, type PictureOptions } from './options.js';
import { levelOf, raster } from './raster.js';
import { line, svgOf, text, textWidth } from './svg.js';

export interface WeightImagesOptions extends PictureOptions {
  /** Name of the weight, like `'conv2d_1/kernel'`. Default the first one with two axes or more. */
  readonly weight?: string | undefined;
  /**
   * Height and width of the pictures of a dense layer's units. Default the model's input, if it is an image, or a square
   * of as many values; else all weights are one picture.
   */
  readonly shape?: readonly [height: number, width: number] | undefined;
  /** Most pictures that are shown, 1 to 1024. Default 64. */
  readonly limit?: number | undefined;
}

const WHERE = 'weightImages';
/** Pixels of a picture's longer side, about. */
const SIDE = 72;
/** More values than this in one picture are too many to see. */
const MOST_VALUES = 2 ** 18;

/** Pictures of one size within a weight's values. */
interface Tiles {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly at: (tile: number, row: number, column: number) => number;
}

function weightOf({ weights }: InferenceModel, name: string | undefined): Weight {
  const found = weights.find((weight) => (name === undefined ? weight.shape.length > 1 : weight.name === name));
  if (found) return found;
  const names = weights.map((weight) => weight.name).join(', ');
  if (name === undefined) refuse(TypeError, WHERE, 'a model with a weight of two axes or more', names || 'no weights');
  refuse(RangeError, WHERE, `weight to be one of ${names}`, `'${name}'`);
}

/** Height and width of the picture that the inputs of a dense layer are. */
function imageOf(inputs: number, inputShape: Shape, given: unknown): readonly [number, number] | undefined {
  if (given !== undefined) {
    if (!Array.isArray(given) || given.length !== 2)
      refuse(TypeError, WHERE, 'shape to be [height, width]', show(given));
    const [height = 0, width = 0] = Array.from(given, (size, i) => wholeNumber(WHERE, `shape[${i}]`, size, { min: 1 }));
    if (height * width !== inputs) refuse(ShapeError, WHERE, `a shape of ${inputs} values`, [height, width]);
    return [height, width];
  }
  const [height = 0, width = 0, channels = 1] = inputShape;
  if (inputShape.length >= 2 && channels === 1 && height * width === inputs) return [height, width];
  const side = Math.round(Math.sqrt(inputs));
  return side > 2 && side * side === inputs ? [side, side] : undefined;
}

/** Filters [height, width, in, out]: a picture for each input and output. Others are seen as [inputs, outputs]. */
function tilesOf({ shape, tensor }: Weight, inputShape: Shape, given: unknown): Tiles {
  const values = tensor.data();
  const outputs = shape.at(-1) ?? 1;
  if (shape.length === 4 && given === undefined) {
    const [height = 1, width = 1, depth = 1] = shape;
    const at = (tile: number, row: number, column: number): number =>
      values[(row * width + column) * depth * outputs + tile] ?? 0;
    return { count: depth * outputs, height, width, at };
  }
  const inputs = sizeOf(shape) / Math.max(1, outputs);
  const image = imageOf(inputs, inputShape, given);
  if (!image) return { count: 1, height: inputs, width: outputs, at: (_, row, column) => values[row * outputs + column] ?? 0 }; // prettier-ignore
  const [height, width] = image;
  return { count: outputs, height, width, at: (tile, row, column) => values[(row * width + column) * outputs + tile] ?? 0 }; // prettier-ignore
}

/** Largest size of a value, and of both signs. */
function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) most = Math.max(most, Math.abs(values[i]!));
  return most;
}

function drawn({ count, height, width, at }: Tiles, shown: number, most: number, title: string) {
  const cell = Math.max(0.5, Math.min(24, (count === 1 ? 360 : SIDE) / Math.max(height, width)));
  const [tall, wide] = [cell * height, cell * width];
  const columns = Math.min(shown, Math.max(1, Math.min(16, Math.floor(640 / (wide + 8)))));
  const [left, top] = [16, 58];
  const tiles = Array.from({ length: shown }, (_, tile) => {
    const [x, y] = [left + (tile % columns) * (wide + 8), top + Math.floor(tile / columns) * (tall + 8)];
    const picture = raster(
      height,
      width,
      (row, column) => {
        const value = at(tile, row, column) / (most || 1);
        return { colour: value > 0 ? 1 : 0, level: Number.isNaN(value) ? 0 : levelOf(Math.abs(value)) };
      },
      { x, y, width: cell, height: cell },
    );
    const corners = [[x, y], [x + wide, y], [x + wide, y + tall], [x, y + tall]] as const; // prettier-ignore
    return picture + corners.map((corner, i) => line('grid', corner, corners[(i + 1) % 4] ?? corner)).join('');
  });
  const rows = Math.ceil(shown / columns);
  const key = `blue: down to ${short(-most)}; orange: up to ${short(most)}; paper: 0`;
  const note = shown < count ? `${key}; ${shown} of ${count}` : key;
  const size = [Math.max(left * 2 + columns * (wide + 8) - 8, 32 + textWidth(title, 15), 32 + textWidth(note)), top + rows * (tall + 8) + 8] as const; // prettier-ignore
  const content = [text(left, 24, 'start', title, ' class="title"'), text(left, 44, 'start', note), ...tiles];
  return { width: size[0], height: size[1], content, note };
}

/**
 * The weights of a layer as pictures: filters of a convolution, what each unit of a dense layer looks for in an image,
 * or the whole matrix. Negative weights are blue, positive ones orange, and all have the same scale.
 *
 * @param model with the weight
 * @param options `weight`: its name, default the first one with two axes or more; `shape`: [height, width] of the
 *   pictures of a dense layer; `limit`: most pictures, default 64; `title`, `theme`
 * @returns an SVG document as text
 * @throws RangeError for an unknown weight, ShapeError, TypeError, DisposedError
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { conv2d } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * import { weightImages } from 'wasmgrad/plot';
 * await init();
 * const model = sequential({ inputShape: [28, 28, 1] }, [conv2d({ filters: 8, kernelSize: 5 })]);
 * console.log(weightImages(model).includes('conv2d_1/kernel')); // true
 * model.dispose();
 * ```
 */
export function weightImages(model: InferenceModel, options: WeightImagesOptions = {}): string {
  const given = pictureOptions(WHERE, options, '', ['weight', 'shape', 'limit']);
  const { shape, limit = 64, weight: name } = options;
  wholeNumber(WHERE, 'limit', limit, { min: 1, max: 1024 });
  if (name !== undefined) stringOf(WHERE, 'weight', name);
  const { inputShape } = liveModel(WHERE, model);
  const weight = weightOf(model, name);
  const title = given.title || `${weight.name} ${shapeText(weight.shape)}`;
  const tiles = tilesOf(weight, inputShape, shape);
  if (tiles.height * tiles.width > MOST_VALUES)
    refuse(ShapeError, WHERE, `pictures of at most ${MOST_VALUES} values`, [tiles.height, tiles.width]);
  const shown = Math.max(1, Math.min(limit, tiles.count, Math.floor(MOST_VALUES / Math.max(1, tiles.height * tiles.width)))); // prettier-ignore
  const { note, ...picture } = drawn(tiles, shown, largest(weight.tensor.data()), title);
  const description = `${title}: ${shown} of ${tiles.count} pictures of ${tiles.height} by ${tiles.width} weights; ${note}.`;
  return svgOf({ ...picture, title, theme: given.theme, description });
}

import { finiteNumber, knownOptions, show, wholeNumber } from '../../core/checks.js';
import { DTypeError, refuse, ShapeError } from '../../core/errors.js';
import { seedWords } from '../../tensors/creation.js';
import type { BatchSource } from '../batches.js';
import { checkDataset, type Dataset } from '../dataset.js';
import { AugmentedDataset } from './augmentedDataset.js';
import type { Changes, ImageShape } from './imageTransform.js';

export interface AugmentOptions {
  /** Mirrors every second image: `true` or `'horizontal'` left to right, `'vertical'` top to bottom, or `'both'`. */
  readonly flip?: boolean | 'horizontal' | 'vertical' | 'both' | undefined;
  /** Largest shift in either direction, as a part of height and width: a number below 1, or [height, width]. */
  readonly shift?: number | readonly [number, number] | undefined;
  /** Largest turn in degrees, 0 to 180. */
  readonly rotate?: number | undefined;
  /** Largest change of the size: 0.1 means 0.9 to 1.1 times. Below 1. */
  readonly zoom?: number | undefined;
  /** Largest shift by whole pixels, which blurs nothing: cutting the image out of one padded by so many. */
  readonly crop?: number | undefined;
  /** Largest change of the contrast about the image's mean: 0.2 means 0.8 to 1.2 times. Below 1. */
  readonly contrast?: number | undefined;
  /** Largest number added to all values. */
  readonly brightness?: number | undefined;
  /**
   * Mixes every image and its targets with those of another row (Zhang et al. 2018), in parts from Beta(mixup, mixup),
   * e.g. 0.2. Targets must be floats, such as one-hot rows.
   */
  readonly mixup?: number | undefined;
  /** What comes from outside the image: a value, or the nearest pixel. Default `'edge'`. */
  readonly fill?: number | 'edge' | undefined;
  /** Whole number >= 0. Default 0. */
  readonly seed?: number | undefined;
}

/** Makes a dataset whose images are changed at random. */
export type Augmentation = (data: Dataset | BatchSource) => AugmentedDataset;

const WHERE = 'augment';
const OPTIONS = ['flip', 'shift', 'rotate', 'zoom', 'crop', 'contrast', 'brightness', 'mixup', 'fill', 'seed'];
const FLIPS: readonly unknown[] = [false, true, 'horizontal', 'vertical', 'both'];

function checkShift(shift: AugmentOptions['shift']): [number, number] {
  const part = (what: string, value: unknown): number => finiteNumber(WHERE, what, value, { min: 0, below: 1 });
  if (!Array.isArray(shift)) {
    const both = part('shift', shift ?? 0);
    return [both, both];
  }
  if (shift.length !== 2) refuse(RangeError, WHERE, 'shift to be a number or [height, width]', show(shift));
  return [part('shift[0]', shift[0]), part('shift[1]', shift[1])];
}

function checkChanges(options: AugmentOptions): Changes {
  const {
    flip = false,
    rotate = 0,
    zoom = 0,
    crop = 0,
    contrast = 0,
    brightness = 0,
    mixup = 0,
    fill = 'edge',
  } = options;
  if (!FLIPS.includes(flip))
    refuse(TypeError, WHERE, "flip to be true, false, 'horizontal', 'vertical' or 'both'", show(flip));
  return {
    flipX: flip === true || flip === 'horizontal' || flip === 'both',
    flipY: flip === 'vertical' || flip === 'both',
    shift: checkShift(options.shift),
    rotate: finiteNumber(WHERE, 'rotate', rotate, { min: 0, max: 180 }),
    zoom: finiteNumber(WHERE, 'zoom', zoom, { min: 0, below: 1 }),
    crop: wholeNumber(WHERE, 'crop', crop, { min: 0, max: 2 ** 16 }),
    contrast: finiteNumber(WHERE, 'contrast', contrast, { min: 0, below: 1 }),
    brightness: finiteNumber(WHERE, 'brightness', brightness, { min: 0 }),
    mixup: finiteNumber(WHERE, 'mixup', mixup, { min: 0 }),
    fill: fill === 'edge' ? fill : finiteNumber(WHERE, 'fill', fill),
  };
}

/** The rows of a dataset as images. */
function imageShape({ xShape }: Dataset): ImageShape {
  const [height = 0, width = 0, channels = 1] = xShape;
  if (xShape.length !== 2 && xShape.length !== 3)
    refuse(ShapeError, WHERE, 'rows of shape [height, width] or [height, width, channels]', xShape);
  return [height, width, channels];
}

/**
 * Random changes of images while a model trains on them: `fit(data, { augment: augment({ flip: true, shift: 0.1 }) })`.
 * Every row is changed anew in every epoch, by seed, epoch and row alone: the same bits with `worker: true`, any number of
 * threads, and after `resume`. Validation rows stay as they are. Turns, zooms and shifts are one bilinear step.
 *
 * @returns a function of a dataset; `augmented(indices, epoch)` of its result shows the changed images
 * @throws TypeError, RangeError for unknown or impossible options; from the returned function: ShapeError for rows that are
 *   no images, DTypeError for class indices with `mixup`
 * @example
 * ```ts
 * import { augment, dataset } from 'wasmgrad/data';
 * const images = dataset(new Float32Array([0, 1, 2, 3]), new Uint8Array([7]), { shape: [2, 2, 1] });
 * const changed = augment({ flip: true, seed: 1 })(images);
 * console.log(changed.augmented([0], 0).x); // Float32Array [1, 0, 3, 2]
 * ```
 */
export function augment(options: AugmentOptions = {}): Augmentation {
  const { seed } = knownOptions(WHERE, options, OPTIONS);
  const changes = checkChanges(options);
  const key = seedWords(WHERE, seed);
  return (data) => {
    const rows = checkDataset(WHERE, data);
    if (rows.inputs) refuse(ShapeError, WHERE, 'data of one input', 'several or named ones');
    if (changes.mixup > 0 && rows.isIndices)
      refuse(DTypeError, WHERE, 'targets that can be mixed, such as one-hot rows', 'class indices');
    return new AugmentedDataset(rows, imageShape(rows), changes, key);
  };
}

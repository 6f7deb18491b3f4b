import { knownOptions, show } from '../../core/checks.js';
import { refuse, ShapeError } from '../../core/errors.js';
import { shapeText } from '../../core/shapes.js';
import type { Tensor } from '../../tensors/tensor.js';
import { checkDType, checkTensor } from './operands.js';
import {
  checkExtent,
  checkPadding,
  geometryOf,
  windowOf,
  type Extent,
  type Geometry,
  type ImagePadding,
  type Window,
  type WindowOptions,
} from './window.js';

export interface PoolOptions {
  /** Size of the windows. Default 2. */
  readonly poolSize?: Extent | undefined;
  /** Cells from one window to the next. Default: `poolSize`, so that windows do not overlap. */
  readonly strides?: Extent | undefined;
  /** Default `'valid'`. Pads are smaller than the windows. */
  readonly padding?: ImagePadding | undefined;
}

/** Checks the options of a pool. */
export function checkPool(where: string, options: PoolOptions): WindowOptions & { readonly kernel: [number, number] } {
  const known = knownOptions(where, options, ['poolSize', 'strides', 'padding']);
  const kernel = checkExtent(where, 'poolSize', known.poolSize ?? 2);
  const strides = checkExtent(where, 'strides', known.strides ?? kernel);
  const padding = checkPadding(where, known.padding ?? 'valid');
  if (typeof padding !== 'string' && padding.some((pads) => pads.some((n, axis) => n >= (kernel[axis] ?? 0)))) {
    const expected = `padding below poolSize ${shapeText(kernel)}, so that no window is empty`;
    refuse(RangeError, where, expected, show(padding));
  }
  return { kernel, strides, dilations: [1, 1], padding };
}

/** The windows of a pool over an image of [height, width]. */
export function poolWindow(where: string, size: readonly [number, number], options: PoolOptions): Window {
  const checked = checkPool(where, options);
  return windowOf(where, size, checked.kernel, checked);
}

/** The same over a batch of images. A pool treats each channel separately. */
export function poolGeometry(where: string, x: Tensor, options: PoolOptions): Geometry {
  checkDType(where, checkTensor(where, x), 'f32');
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  if (x.shape.length !== 4) {
    throw new ShapeError(`${where}: expected input [batch, height, width, channels], got ${shapeText(x.shape)}`);
  }
  const window = poolWindow(where, [height, width], options);
  return geometryOf(where, window, { batch, inChannels: channels, outChannels: channels, groups: channels });
}

import { knownOptions, oneOf } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { broadcastTo } from '../ops/broadcast.js';
import { matmul } from '../ops/matmul.js';
import { reshape } from '../ops/reshape.js';
import { checkExtent, type Extent } from '../ops/support/window.js';
import { tensor } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Layer } from './layer.js';
import { imageSizes } from './support/convolving.js';

export interface Upsampling2dOptions {
  /** Factors. Default 2. */
  readonly size?: Extent | undefined;
  /** Default `'nearest'`, which repeats cells. */
  readonly interpolation?: 'nearest' | 'bilinear' | undefined;
  readonly name?: string | undefined;
}

/** Floats that fit in 4 GiB. */
const MAX_WEIGHTS = 2 ** 30;

type Sizes = readonly [batch: number, height: number, width: number, channels: number];

const sizesOf = ({ shape: [batch = 0, height = 0, width = 0, channels = 0] }: Tensor): Sizes => [
  batch,
  height,
  width,
  channels,
];

function nearest(x: Tensor, [rows, columns]: readonly [number, number]): Tensor {
  const [batch, height, width, channels] = sizesOf(x);
  const apart = reshape(x, [batch, height, 1, width, 1, channels]);
  const repeated = broadcastTo(apart, [batch, height, rows, width, columns, channels]);
  return reshape(repeated, [batch, height * rows, width * columns, channels]);
}

/**
 * [n * factor, n]: weights of linear interpolation between the centres of cells. Beyond the outer centres it is
 * constant.
 */
function interpolation(n: number, factor: number): Tensor {
  if (n * n * factor > MAX_WEIGHTS) refuse(RangeError, 'upsampling2d', 'a size whose weights fit into memory', factor);
  const weights = new Float64Array(n * factor * n);
  for (let i = 0; i < n * factor; i++) {
    const at = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), n - 1);
    const low = Math.floor(at);
    const share = at - low;
    weights[i * n + low] = 1 - share;
    if (share > 0) weights[i * n + low + 1] = share;
  }
  return tensor(weights, [n * factor, n]);
}

/** Interpolation is one product along the columns and one along the rows. */
function bilinear(x: Tensor, [rows, columns]: readonly [number, number]): Tensor {
  const [batch, height, width, channels] = sizesOf(x);
  const lines = reshape(x, [batch * height, width, channels]);
  const wide = reshape(matmul(interpolation(width, columns), lines), [batch, height, width * columns * channels]);
  return reshape(matmul(interpolation(height, rows), wide), [batch, height * rows, width * columns, channels]);
}

/**
 * Enlarges images by whole factors: [B, height, width, channels] to [B, height * rows, width * columns, channels].
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that is not an image.
 * @example
 * ```ts
 * import { upsampling2d } from 'wasmgrad/layers';
 * console.log(upsampling2d({ size: [2, 3] }).outputShape([4, 4, 8])); // [8, 12, 8]
 * ```
 */
export function upsampling2d(options: Upsampling2dOptions = {}): Layer {
  knownOptions('upsampling2d', options, ['size', 'interpolation', 'name']);
  const size = checkExtent('upsampling2d', 'size', options.size ?? 2);
  const kind = oneOf('upsampling2d', 'interpolation', options.interpolation ?? 'nearest', ['nearest', 'bilinear']);
  return {
    kind: 'upsampling2d',
    name: options.name,
    config: { ...options },
    outputShape(inputShape) {
      const [height, width, channels] = imageSizes('upsampling2d', inputShape);
      return [height * size[0], width * size[1], channels];
    },
    apply: (_, x) => (kind === 'nearest' ? nearest(x, size) : bilinear(x, size)),
  };
}

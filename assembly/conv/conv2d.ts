// Convolution, NHWC by HWIO, as products with the matrix of patches (patches.ts). Work units are five
// neighbouring pixels of the result. All sizes are at least 1, except the batch.
import { PIXEL_GRAIN } from "../layout";
import { Geometry } from "./geometry";
import { multiply, newProduct } from "./multiply";
import { inputPatches } from "./patches";
import { convolveSingleChannel, isSingleChannel } from "./single-channel";

/** y[b, r, s, n] = act(sum over i, j, c of x[b, r sh + i dh - top, s sw + j dw - left, c] f[i, j, c, n] + bias[n]). */
export function conv2d(
  x: usize,
  filter: usize,
  bias: usize,
  y: usize,
  geometry: usize,
  activation: i32,
  slope: f32,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Geometry>(geometry);
  const pixels = g.batch * g.outHeight * g.outWidth;
  if (isSingleChannel(g)) {
    convolveSingleChannel(
      x,
      filter,
      bias,
      y,
      g,
      activation,
      slope,
      begin * PIXEL_GRAIN,
      min(end * PIXEL_GRAIN, pixels),
    );
    return;
  }
  const product = newProduct();
  const patches = inputPatches(g);
  const columns = g.outChannels / g.groups;
  product.patches = patches;
  product.line = g.outChannels << 2;
  product.filterColumn = patches.channels * product.line;
  product.filterRow = g.kernelWidth * product.filterColumn;
  product.transposed = 0;
  product.columns = columns;
  product.outPixel = g.outChannels << 2;
  product.outRow = g.outWidth * product.outPixel;
  product.outImage = g.outHeight * product.outRow;
  product.activation = activation;
  product.slope = slope;
  for (let group = 0; group < g.groups; group++) {
    const first = (group * columns) << 2;
    patches.source = x + ((group * patches.channels) << 2);
    product.filter = filter + first;
    product.bias = bias ? bias + first : 0;
    product.out = y + first;
    multiply(product, begin * PIXEL_GRAIN, min(end * PIXEL_GRAIN, pixels));
  }
}

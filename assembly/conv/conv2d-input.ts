// The gradient of a convolution with respect to its input, which is also the transposed convolution. Input cell y gets
// tap i from output row (y + top - i dh) / sh where that is whole. The cells y = phase (mod sh) share their taps, i =
// first, first + period, ..., and for them it is a plain convolution of the output. So there is one product for each
// phase, without superfluous multiplications, and every cell is written once.
import { PIXEL_GRAIN } from "../layout";
import { Geometry, divideUp } from "./geometry";
import { multiply, newProduct, Product } from "./multiply";
import { newPatches, Patches } from "./patches";

function gcd(a: i32, b: i32): i32 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/** The first tap that reaches cells y = phase (mod stride), or `taps` if none does. */
function firstTap(phase: i32, pad: i32, stride: i32, dilation: i32, taps: i32): i32 {
  let i = 0;
  while (i < taps && (phase + pad - i * dilation) % stride != 0) i++;
  return i;
}

/** Number of cells of a phase before cell `index` along an axis of `size`. */
// @ts-ignore: decorator
@inline
function before(index: i32, phase: i32, stride: i32): i32 {
  return max(0, divideUp(index - phase, stride));
}

/** Number of pixels of a phase before input pixel `index` of all images. */
function pixelsBefore(g: Geometry, patches: Patches, phaseY: i32, phaseX: i32, index: i32): i32 {
  const column = index % g.inWidth;
  const row = (index / g.inWidth) % g.inHeight;
  const image = index / (g.inWidth * g.inHeight);
  const count = (image * patches.rows + before(row, phaseY, g.strideHeight)) * patches.columns;
  return row % g.strideHeight == phaseY ? count + before(column, phaseX, g.strideWidth) : count;
}

/** Sets taps and destination of one phase. Taps go from the last to the first, so that source addresses ascend. */
function setPhase(g: Geometry, product: Product, phaseY: i32, phaseX: i32, filter: usize, dx: usize): void {
  const patches = product.patches;
  const periodY = g.strideHeight / gcd(g.strideHeight, g.dilationHeight);
  const periodX = g.strideWidth / gcd(g.strideWidth, g.dilationWidth);
  const firstY = firstTap(phaseY, g.padTop, g.strideHeight, g.dilationHeight, g.kernelHeight);
  const firstX = firstTap(phaseX, g.padLeft, g.strideWidth, g.dilationWidth, g.kernelWidth);
  const rows = (g.kernelHeight - firstY + periodY - 1) / periodY;
  const columns = (g.kernelWidth - firstX + periodX - 1) / periodX;
  const lastY = firstY + (rows - 1) * periodY;
  const lastX = firstX + (columns - 1) * periodX;
  patches.rows = before(g.inHeight, phaseY, g.strideHeight);
  patches.columns = before(g.inWidth, phaseX, g.strideWidth);
  patches.tapRows = rows;
  patches.tapColumns = columns;
  patches.firstY = (phaseY + g.padTop - lastY * g.dilationHeight) / g.strideHeight;
  patches.firstX = (phaseX + g.padLeft - lastX * g.dilationWidth) / g.strideWidth;
  patches.tapY = (periodY * g.dilationHeight) / g.strideHeight;
  patches.tapX = (periodX * g.dilationWidth) / g.strideWidth;
  const tap = (g.inChannels / g.groups) * product.line;
  product.filter = filter + (lastY * g.kernelWidth + lastX) * tap;
  product.filterRow = -periodY * g.kernelWidth * tap;
  product.filterColumn = -periodX * tap;
  const pixel = g.inChannels << 2;
  product.out = dx + (phaseY * g.inWidth + phaseX) * pixel;
  product.outPixel = g.strideWidth * pixel;
  product.outRow = g.strideHeight * g.inWidth * pixel;
  product.outImage = g.inHeight * g.inWidth * pixel;
}

/** dx[b, y, x, c] = sum of dy[b, r, s, n] f[i, j, c, n] over all r sh + i dh - top = y, s sw + j dw - left = x, and n. */
export function conv2dInputGradient(dy: usize, filter: usize, dx: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const product = newProduct();
  const patches = newPatches();
  const columns = g.inChannels / g.groups;
  patches.height = g.outHeight;
  patches.width = g.outWidth;
  patches.pixel = g.outChannels << 2;
  patches.channels = g.outChannels / g.groups;
  patches.stepY = 1;
  patches.stepX = 1;
  product.patches = patches;
  product.line = g.outChannels << 2;
  product.transposed = 1;
  product.columns = columns;
  product.bias = 0;
  product.activation = 0;
  product.slope = 0;
  const pixels = g.batch * g.inHeight * g.inWidth;
  const from = min(begin * PIXEL_GRAIN, pixels);
  const until = min(end * PIXEL_GRAIN, pixels);
  for (let group = 0; group < g.groups; group++) {
    const channel = (group * patches.channels) << 2;
    patches.source = dy + channel;
    for (let phaseY = 0; phaseY < min(g.strideHeight, g.inHeight); phaseY++) {
      for (let phaseX = 0; phaseX < min(g.strideWidth, g.inWidth); phaseX++) {
        setPhase(g, product, phaseY, phaseX, filter + channel, dx + ((group * columns) << 2));
        const first = pixelsBefore(g, patches, phaseY, phaseX, from);
        multiply(product, first, pixelsBefore(g, patches, phaseY, phaseX, until));
      }
    }
  }
}

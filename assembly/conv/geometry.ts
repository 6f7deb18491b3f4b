// The sizes that a convolution or pooling kernel needs. The operation writes them into a block of constant data, since
// 16 sizes are too many arguments. The build generates the order of the fields for TypeScript.

/** 32-bit cells, in this order. Images are NHWC, filters [kernelHeight, kernelWidth, inChannels / groups, outChannels]. */
@unmanaged
export class Geometry {
  batch: i32;
  inHeight: i32;
  inWidth: i32;
  inChannels: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  padTop: i32;
  padLeft: i32;
  groups: i32;
}

/** a / b rounded up, for b > 0 and any sign of a. */
// @ts-ignore: decorator
@inline
export function divideUp(a: i32, b: i32): i32 {
  return a > 0 ? (a + b - 1) / b : -(-a / b);
}

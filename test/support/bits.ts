/** The elements' bit patterns: NaN equals NaN of the same bits, and 0 differs from -0. */
export function bitPatterns(data: Float32Array | Int32Array): number[] {
  return [...new Uint32Array(data.buffer, data.byteOffset, data.length)];
}

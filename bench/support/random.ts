/** Reproducible values in [-1, 1): the measured work must not change between runs. */
export function randomValues(length: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
    return (state >>> 8) / 2 ** 23 - 1;
  });
}

import type { Sample } from './sample.js';

/** Rows of the matmul operations. */
export const matmulSamples: readonly Sample[] = [];

import type { Sample } from './sample.js';

/** Rows of the reduce operations. */
export const reduceSamples: readonly Sample[] = [];

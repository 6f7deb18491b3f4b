import type { Sample } from './sample.js';

/** Rows of the shape operations. */
export const shapeSamples: readonly Sample[] = [];

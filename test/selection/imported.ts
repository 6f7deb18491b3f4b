import type { GridPoint, Trials } from '../../src/selection/index.js';
import { wrong } from '../support/wrong.js';
import trials from './trials.mjs';

/** By its types the module belongs to the built package; here it is what the sources export. */
export const imported = wrong<Trials<GridPoint>>(trials);

import type { Rows } from '../row.js';
import type { World } from '../world.js';
import { autodiffRows } from './autodiff.js';
import { dataRows } from './data.js';
import { fileRows } from './io.js';
import { layerRows } from './layers.js';
import { lossRows } from './losses.js';
import { modelRows } from './models.js';
import { operationRows } from './operations.js';
import { optimizerRows } from './optimizers.js';
import { selectionRows } from './selection.js';
import { tensorRows } from './tensors.js';

/** The rows of all exports. `world` is called when a row's arguments are made. */
export const allRows = (world: () => World): Rows => ({
  ...tensorRows(world),
  ...operationRows(world),
  ...autodiffRows(world),
  ...layerRows(),
  ...lossRows(world),
  ...optimizerRows(world),
  ...modelRows(world),
  ...dataRows(world),
  ...selectionRows(world),
  ...fileRows(world),
});

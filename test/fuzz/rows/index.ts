import type { Row, Rows } from '../row.js';
import type { World } from '../world.js';
import { autodiffRows } from './autodiff.js';
import { dataRows } from './data.js';
import { imageAndSequenceRows } from './imagesAndSequences.js';
import { fileRows } from './io.js';
import { layerRows } from './layers.js';
import { lossRows } from './losses.js';
import { modelRows } from './models.js';
import { operationRows } from './operations.js';
import { optimizerRows } from './optimizers.js';
import { plotRows } from './plot.js';
import { selectionRows } from './selection.js';
import { tableRows } from './tables.js';
import { tensorRows } from './tensors.js';

/** Every export and method. */
export function allRows(w: () => World): Rows {
  return {
    ...tensorRows(w),
    ...operationRows(w),
    ...autodiffRows(w),
    ...layerRows(),
    ...lossRows(w),
    ...optimizerRows(w),
    ...modelRows(w),
    ...dataRows(w),
    ...tableRows(),
    ...imageAndSequenceRows(),
    ...selectionRows(w),
    ...fileRows(w),
    ...plotRows(w),
  };
}

/** Those that are called, by name. */
export function callableRows(rows: Rows): [string, Row][] {
  return Object.entries(rows).flatMap(([name, row]): [string, Row][] => ('exempt' in row ? [] : [[name, row]]));
}

/** What messages of a row may begin with. */
export function namesOf(name: string, row: Row): readonly string[] {
  return row.names ?? [name.split(/[/. ]/).at(-1) ?? name];
}

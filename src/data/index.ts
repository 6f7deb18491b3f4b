export { asTrainingData, dataset } from './dataset.js';
export { Dataset } from './rowStore.js';
export { BatchSource, type Batch, type Batches, type TrainingData } from './batches.js';
export type { DatasetOptions } from './build.js';
export type { RowData } from './rows.js';
export { permutation } from './permutation.js';
export { readIdx, type Idx, type IdxData } from './readIdx.js';

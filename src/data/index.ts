export { asTrainingData, dataset } from './makeDataset.js';
export { Dataset } from './dataset.js';
export { BatchSource, type Batch, type Batches, type TrainingData } from './batches.js';
export type { DatasetOptions } from './build.js';
export type { Part, SeveralRows } from './parts.js';
export type { RowData } from './rows.js';
export { permutation } from './permutation.js';
export { readIdx, type Idx, type IdxData } from './readIdx.js';
export { readCsv, type ColumnKey, type CsvOptions, type CsvTable } from './readCsv.js';
export { trainTestSplit, type Split, type SplitOptions } from './trainTestSplit.js';
export { standardize } from './standardize.js';
export { minMaxScale, type MinMaxOptions } from './minMaxScale.js';
export type { Scaler } from './scaler.js';
export { polynomialFeatures, type PolynomialOptions } from './polynomialFeatures.js';
export type { Predicting, ThresholdOptions } from './classes.js';
export {
  classificationReport,
  type ClassificationReport,
  type ClassScores,
  type ReportOptions,
} from './classificationReport.js';
export { confusionMatrix } from './confusionMatrix.js';

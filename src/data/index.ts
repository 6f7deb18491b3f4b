export { asTrainingData, dataset } from './makeDataset.js';
export { Dataset } from './dataset.js';
export { BatchSource, type Batch, type Batches, type TrainingData } from './batches.js';
export type { DatasetOptions } from './build.js';
export type { Part, SeveralRows } from './parts.js';
export type { RowData } from './rows.js';
export type { Sample } from './samples.js';
export { stream, type Stream, type StreamSource } from './stream.js';
export type { Batched } from './streams/together.js';
export { permutation } from './permutation.js';
export { readIdx, type Idx, type IdxData } from './readIdx.js';
export { readCsv, type ColumnKey, type CsvOptions, type CsvTable } from './readCsv.js';
export { trainTestSplit, type Split, type SplitOptions } from './trainTestSplit.js';
export { standardize } from './standardize.js';
export { minMaxScale, type MinMaxOptions } from './minMaxScale.js';
export { Scaler, type ScalerData } from './scaler.js';
export { polynomialFeatures, type PolynomialOptions } from './polynomialFeatures.js';
export type { Predicting, ThresholdOptions } from './classes.js';
export {
  classificationReport,
  type ClassificationReport,
  type ClassScores,
  type ReportOptions,
} from './classificationReport.js';
export { confusionMatrix } from './confusionMatrix.js';
export { table, type TableOptions } from './table/makeTable.js';
export { Table, type ColumnReport, type TableSplit } from './table/table.js';
export type { TableSplitOptions } from './table/splitting.js';
export type { Role } from './table/survey.js';
export type { Cell, TableRow } from './table/cells.js';
export type { ClassName, LabelSpec } from './table/labels.js';
export type { ColumnSpec } from './table/encoders.js';
export { Preprocessing, type Decoded, type PreprocessingData } from './table/preprocessing.js';
export { fromPixels, type FromPixelsOptions } from './images/fromPixels.js';
export type { Picture, PixelData, PixelSource } from './images/pixelSource.js';
export { toPixels, type PixelCanvas, type Pixels, type ToPixelsOptions } from './images/toPixels.js';
export { augment, type Augmentation, type AugmentOptions } from './images/augment.js';
export type { AugmentedDataset } from './images/augmentedDataset.js';
export { pad, type Padded, type PadOptions } from './sequences/pad.js';
export { windows, type WindowsOptions } from './sequences/windows.js';
export { tokenizer, Tokenizer, type TokenizerData, type TokenizerOptions } from './sequences/tokenizer.js';

export { checkpoint, resume, type CheckpointOptions } from './checkpoint.js';
export { saveBest } from './saveBest.js';
export { csvLogger, jsonLinesLogger } from './loggers.js';
export {
  checkpointEvery,
  resumeOrStart,
  type CheckpointEveryOptions,
  type ResumeOrStartOptions,
} from './resumeOrStart.js';
export { readNpy, readNpz, writeNpy } from './numpy/arrays.js';
export { fromTorch, type FromTorchOptions, type NameMap } from './torch/fromTorch.js';
export { toTorch, type ToTorchOptions } from './torch/toTorch.js';
export { importKeras, type ImportKerasOptions } from './keras/importKeras.js';
export { importTfjs, type ImportTfjsOptions } from './tfjs/importTfjs.js';
export { makeReceipt } from './receipt.js';
export { verifyReceipt, type Verification, type VerifiedFact } from './verifyReceipt.js';
export type { Receipt, ReceiptData, ReceiptKernels } from '../models/receipt.js';
export { loadModel, loadOptimizer, loadPreprocessing, saveModel, writeModel } from './models.js';
export { readMetadata, readTensors, writeTensors, type NamedTensors } from './tensors.js';
export type { Bytes } from './bytes.js';
export type { Factory } from './factory.js';
export type { LoadOptions, SaveOptions } from './modelFile.js';
export type { ByteStream, FileHolder, ReadOptions, ReadProgress, Source } from './sources.js';
export type { WeightPrecision } from './storedWeights.js';
export type { FileHandle, Target } from './targets.js';
export { TableModel } from './tableModel.js';

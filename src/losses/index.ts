export { binaryCrossEntropy, type CrossEntropyOptions } from './binaryCrossEntropy.js';
export { crossEntropy } from './crossEntropy.js';
export { fusedLoss } from './fusedLoss.js';
export { halfMeanSquaredError } from './halfMeanSquaredError.js';
export { huber, type HuberOptions } from './huber.js';
export type { LabelLoss, Loss, LossKind, LossOptions, LossReduction, NamedLoss } from './loss.js';
export { meanAbsoluteError } from './meanAbsoluteError.js';
export { meanSquaredError } from './meanSquaredError.js';

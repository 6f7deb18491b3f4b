export { sgd, type SgdOptions } from './sgd.js';
export { adagrad, type AdagradOptions } from './adagrad.js';
export { rmsprop, type RmspropOptions } from './rmsprop.js';
export { adam, type AdamOptions } from './adam.js';
export { adamw } from './adamw.js';
export {
  learningRateAt,
  type CommonOptions,
  type Optimizer,
  type OptimizerName,
  type OptimizerState,
  type Schedule,
} from './optimizer.js';

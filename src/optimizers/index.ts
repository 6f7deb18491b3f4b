export { sgd, type SgdOptions } from './sgd.js';
export { adagrad, type AdagradOptions } from './adagrad.js';
export { rmsprop, type RmspropOptions } from './rmsprop.js';
export { adam, type AdamOptions } from './adam.js';
export { adamw } from './adamw.js';
export { parameterGroups } from './parameterGroups.js';
export {
  learningRateAt,
  type CommonOptions,
  type Optimizer,
  type OptimizerName,
  type OptimizerState,
  type Schedule,
  type TreeState,
  type WeightGroup,
} from './optimizer.js';
export { stepDecay, type StepDecayOptions } from './schedules/stepDecay.js';
export { exponentialDecay, type ExponentialDecayOptions } from './schedules/exponentialDecay.js';
export { cosineDecay, type CosineDecayOptions } from './schedules/cosineDecay.js';
export { warmup, type WarmupOptions } from './schedules/warmup.js';
export { piecewise, type PiecewiseOptions } from './schedules/piecewise.js';

// Derivatives for a step of training, whose way back nobody differentiates: the gradients of operations need no rules
// of their own, nor do the kernels those would call have to be loaded.
import * as reverse from '../autodiff/grad.js';
import { affineRules } from './affine.js';
import { eluRules } from './elu.js';
import { geluRules, geluTanhRules } from './gelu.js';
import { leakyReluRules } from './leakyRelu.js';
import { reluRules } from './relu.js';
import { sigmoidRules } from './sigmoid.js';
import { siluRules } from './silu.js';
import { softmaxRules } from './softmax.js';
import { softplusRules } from './softplus.js';
import { tanhRules } from './tanh.js';

/** The transformation itself, once the operations that prediction shares have their rules. */
export function withRules<F>(transformation: F): F {
  affineRules();
  eluRules();
  geluRules();
  geluTanhRules();
  leakyReluRules();
  reluRules();
  sigmoidRules();
  siluRules();
  softmaxRules();
  softplusRules();
  tanhRules();
  return transformation;
}

/** `valueAndGrad` for functions that do not differentiate themselves. */
export const valueAndGrad = withRules(reverse.valueAndGrad);

// The transformations, once the operations that prediction shares have their rules. A bundler that finds none of them
// used drops the rules as well, and with them the kernels of gradients.
import * as check from '../autodiff/check.js';
import * as reverse from '../autodiff/grad.js';
import * as jacobians from '../autodiff/jacobian.js';
import * as forward from '../autodiff/jvp.js';
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

/** The transformation itself. */
function withRules<F>(transformation: F): F {
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

export const checkGradients = withRules(check.checkGradients);
export const grad = withRules(reverse.grad);
export const hessian = withRules(jacobians.hessian);
export const jacobian = withRules(jacobians.jacobian);
export const jvp = withRules(forward.jvp);
export const valueAndGrad = withRules(reverse.valueAndGrad);
export const vjp = withRules(reverse.vjp);

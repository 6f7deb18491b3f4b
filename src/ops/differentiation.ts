// The transformations, once all operations have their rules: those that prediction shares, and those of gradients. A
// bundler that finds no transformation used drops these rules, and with them the kernels of gradients.
import * as check from '../autodiff/check.js';
import * as reverse from '../autodiff/grad.js';
import * as jacobians from '../autodiff/jacobian.js';
import * as forward from '../autodiff/jvp.js';
import { eluGradientRules } from './elu.js';
import { withRules } from './firstOrder.js';
import { geluGradientRules, geluTanhGradientRules } from './gelu.js';
import { leakyReluGradientRules } from './leakyRelu.js';
import { perProbabilityRules } from './logProbability.js';
import { reluGradientRules } from './relu.js';
import { sigmoidGradientRules } from './sigmoid.js';
import { siluGradientRules } from './silu.js';
import { logSoftmaxGradientRules, softmaxGradientRules } from './softmax.js';
import { softplusGradientRules } from './softplus.js';
import { tanhGradientRules } from './tanh.js';

/** The transformation itself. */
function withAllRules<F>(transformation: F): F {
  eluGradientRules();
  geluGradientRules();
  geluTanhGradientRules();
  leakyReluGradientRules();
  logSoftmaxGradientRules();
  perProbabilityRules();
  reluGradientRules();
  sigmoidGradientRules();
  siluGradientRules();
  softmaxGradientRules();
  softplusGradientRules();
  tanhGradientRules();
  return withRules(transformation);
}

export const checkGradients = withAllRules(check.checkGradients);
export const grad = withAllRules(reverse.grad);
export const hessian = withAllRules(jacobians.hessian);
export const jacobian = withAllRules(jacobians.jacobian);
export const jvp = withAllRules(forward.jvp);
export const valueAndGrad = withAllRules(reverse.valueAndGrad);
export const vjp = withAllRules(reverse.vjp);

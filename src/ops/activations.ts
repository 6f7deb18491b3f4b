// All activations, by their name in the option `activation:` of the layers. The type of the option, its check, saved
// models, derivative rules and the generic tests are derived from these two tables.
import type { Tensor } from '../tensors/tensor.js';
import { celuActivation } from './celu.js';
import { eluActivation, eluRules } from './elu.js';
import { exp, expRules } from './exp.js';
import { geluActivation, geluRules, geluTanhDerivative } from './gelu.js';
import { hardSigmoidActivation } from './hardSigmoid.js';
import { hardSwish } from './hardSwish.js';
import { leakyReluActivation, leakyReluDerivative } from './leakyRelu.js';
import { mish, mishRules } from './mish.js';
import { relu, reluDerivative } from './relu.js';
import { relu6, relu6Rules } from './relu6.js';
import { selu } from './selu.js';
import { sigmoid, sigmoidDerivative } from './sigmoid.js';
import { silu, siluDerivative } from './silu.js';
import { softmaxLast, softmaxRules } from './softmax.js';
import { softplus, softplusDerivative } from './softplus.js';
import { softsign, softsignRules } from './softsign.js';
import type { ParametricActivation } from './support/activation.js';
import { tanh, tanhDerivative } from './tanh.js';

/** Functions of a tensor, and functions with a parameter (`parametric`). Parameters have the defaults of Keras. */
export const activations = {
  linear: (x: Tensor) => x,
  sigmoid,
  tanh,
  relu,
  leakyRelu: leakyReluActivation,
  elu: eluActivation,
  gelu: geluActivation,
  silu,
  softplus,
  softmax: softmaxLast,
  mish,
  selu,
  relu6,
  hardSigmoid: hardSigmoidActivation,
  hardSwish,
  softsign,
  celu: celuActivation,
  exponential: exp,
  swish: silu,
} satisfies Record<string, ((x: Tensor) => Tensor) | ParametricActivation<string, unknown>>;

/** The derivative rules of activations with kernels. The others are compositions of operations with rules. */
export const activationRules = {
  sigmoid: sigmoidDerivative,
  tanh: tanhDerivative,
  relu: reluDerivative,
  leakyRelu: leakyReluDerivative,
  elu: eluRules,
  gelu: geluRules,
  geluTanh: geluTanhDerivative,
  silu: siluDerivative,
  softplus: softplusDerivative,
  softmax: softmaxRules,
  mish: mishRules,
  relu6: relu6Rules,
  softsign: softsignRules,
  exp: expRules,
};

// Losses of classes: input [N, C, d1, ...], target [N, d1, ...], weights [C]. All axes but the classes' become one.
import { cast } from '../../../ops/cast.js';
import { div } from '../../../ops/div.js';
import { gather } from '../../../ops/gather.js';
import { mean } from '../../../ops/mean.js';
import { mul } from '../../../ops/mul.js';
import { neg } from '../../../ops/neg.js';
import { notEqual } from '../../../ops/notEqual.js';
import { reshape } from '../../../ops/reshape.js';
import { logSoftmax } from '../../../ops/softmax.js';
import { sum } from '../../../ops/sum.js';
import { takeAlongAxis } from '../../../ops/takeAlongAxis.js';
import { where } from '../../../ops/where.js';
import type { Tensor } from '../../../tensors/tensor.js';
import { show } from '../../../core/checks.js';
import type { NodeCall, Operator, Operators } from '../call.js';
import { channelsLast, device, ordered } from '../values.js';

/** Input 0 as [..., C]. */
function classesLast(call: NodeCall): Tensor {
  const rank = call.dims(0).length;
  if (rank < 2) call.refuse('input [batch, classes, ...]', show(call.dims(0)));
  return rank === 2 ? call.tensor(0) : call.image(0);
}

/** The loss from log probabilities [..., C]. */
function negativeLogLikelihood(call: NodeCall, logs: Tensor): Tensor {
  const classes = logs.shape.at(-1) ?? 1;
  const dims = call.dims(0).filter((_, i) => i !== 1);
  if (show(call.dims(1)) !== show(dims)) call.refuse(`target ${show(dims)}`, show(call.dims(1)));
  const target = reshape(call.tensor(1), [-1]);
  const valid = call.given('ignore_index') ? notEqual(target, call.attribute('ignore_index')) : undefined;
  const index = cast(valid ? where(valid, target, 0) : target, 'i32');
  const picked = takeAlongAxis(reshape(logs, [-1, classes]), reshape(index, [-1, 1]), 1);
  const loss = neg(reshape(picked, [-1]));
  const classWeights = call.optional(2);
  const byClass = classWeights && gather(classWeights, index);
  const weights = byClass && valid ? mul(byClass, valid) : (byClass ?? valid);
  const weighted = weights ? where(weights, mul(loss, weights), 0) : loss;
  switch (call.text('reduction', ['mean', 'sum', 'none'])) {
    case 'none':
      return reshape(weighted, dims);
    case 'sum':
      return sum(weighted);
    case 'mean':
      return weights ? div(sum(weighted), sum(weights)) : mean(weighted);
  }
}

const negativeLogLikelihoodLoss: Operator = (call) => device(negativeLogLikelihood(call, classesLast(call)));

const softmaxCrossEntropyLoss: Operator = (call) => {
  const logs = logSoftmax(classesLast(call));
  return [device(negativeLogLikelihood(call, logs)), ordered(logs, channelsLast(logs.shape.length))];
};

export const losses: Operators = {
  NegativeLogLikelihoodLoss: negativeLogLikelihoodLoss,
  SoftmaxCrossEntropyLoss: softmaxCrossEntropyLoss,
};

// Activations.
import { add } from '../../../ops/add.js';
import { celu } from '../../../ops/celu.js';
import { clip } from '../../../ops/clip.js';
import { div } from '../../../ops/div.js';
import { elu } from '../../../ops/elu.js';
import { gelu } from '../../../ops/gelu.js';
import { greater } from '../../../ops/greater.js';
import { hardSwish } from '../../../ops/hardSwish.js';
import { leakyRelu } from '../../../ops/leakyRelu.js';
import { maximum } from '../../../ops/maximum.js';
import { minimum } from '../../../ops/minimum.js';
import { mish } from '../../../ops/mish.js';
import { mul } from '../../../ops/mul.js';
import { relu } from '../../../ops/relu.js';
import { reshape } from '../../../ops/reshape.js';
import { sigmoid } from '../../../ops/sigmoid.js';
import { silu } from '../../../ops/silu.js';
import { logSoftmax, softmax } from '../../../ops/softmax.js';
import { softplus } from '../../../ops/softplus.js';
import { softsign } from '../../../ops/softsign.js';
import { tanh } from '../../../ops/tanh.js';
import { where } from '../../../ops/where.js';
import { sizeOf } from '../../../core/shapes.js';
import type { Tensor } from '../../../tensors/tensor.js';
import type { NodeCall, Operator, Operators } from '../call.js';
import { device, like } from '../values.js';
import { joined, mapped } from './elementwise.js';

/** A function along an axis. Before version 13 it takes all axes from that one on as one. */
const alongAxis =
  (apply: (x: Tensor, axis: number) => Tensor): Operator =>
  (call) => {
    const flattens = call.opset < 13;
    const axis = call.axis(flattens ? 1 : -1);
    const value = call.device(0);
    const { dims, order } = value;
    if (!flattens || axis === dims.length - 1)
      return like(value, apply(value.tensor, order ? order.indexOf(axis) : axis));
    const rows = reshape(call.tensor(0), [sizeOf(dims.slice(0, axis)), sizeOf(dims.slice(axis))]);
    return device(reshape(apply(rows, 1), dims), value.dtype);
  };

/** The limits are attributes before version 11. */
function limits(call: NodeCall): [min: number, max: number] {
  if (call.opset < 11) return [call.attribute('min', -Infinity), call.attribute('max', Infinity)];
  return [call.number(1, -Infinity), call.number(2, Infinity)];
}

/** With min > max, everything is max. */
const Clip = mapped((x, call) => {
  const [min, max] = limits(call);
  return min <= max ? clip(x, min, max) : add(mul(x, 0), max);
});

/** x where x > 0, else x times a slope that broadcasts. Before version 7 the slope belongs to the channels. */
const PRelu: Operator = (call) => {
  const [rank, slope] = [call.dims(0).length, call.value(1)];
  const perChannel = call.opset < 7 && slope.dims.length === 1 && rank > 2;
  const dims = [slope.dims[0] ?? 1, ...Array.from({ length: rank - 2 }, () => 1)];
  const shaped = perChannel ? device(reshape(call.tensor(1), dims)) : slope;
  return joined(
    call,
    [call.value(0), shaped],
    call.dtype(0),
    (x, by) => add(maximum(x, 0), mul(by, minimum(x, 0))),
    (x, by) => (x > 0 ? x : by * x),
  );
};

const Gelu = mapped((x, call) =>
  gelu(x, { approximate: call.text('approximate', ['none', 'tanh']) === 'tanh' ? 'tanh' : false }),
);

const scale = (x: Tensor, by: number): Tensor => (by === 1 ? x : mul(x, by));

const Selu = mapped((x, call) => {
  const alpha = call.attribute('alpha', 1.67326319217681884765625);
  return scale(elu(x, alpha), call.attribute('gamma', 1.05070102214813232421875));
});

const HardSigmoid = mapped((x, call) =>
  clip(add(scale(x, call.attribute('alpha', 0.2)), call.attribute('beta', 0.5)), 0, 1),
);

export const activations: Operators = {
  Celu: mapped((x, call) => celu(x, call.attribute('alpha', 1))),
  Clip,
  Elu: mapped((x, call) => elu(x, call.attribute('alpha', 1))),
  Gelu,
  HardSigmoid,
  HardSwish: mapped(hardSwish),
  LeakyRelu: mapped((x, call) => leakyRelu(x, call.attribute('alpha', 0.01))),
  LogSoftmax: alongAxis(logSoftmax),
  Mish: mapped(mish),
  PRelu,
  Relu: mapped(relu),
  Selu,
  // lambda 0.5, bias 0 by default
  Shrink: mapped((x, call) => {
    const [limit, bias] = [call.attribute('lambd', 0.5), call.attribute('bias', 0)];
    return where(greater(-limit, x), add(x, bias), where(greater(x, limit), add(x, -bias), 0));
  }),
  Sigmoid: mapped(sigmoid),
  Softmax: alongAxis(softmax),
  Softplus: mapped(softplus),
  Softsign: mapped(softsign),
  Swish: mapped((x, call) => {
    const alpha = call.attribute('alpha', 1);
    return alpha === 1 ? silu(x) : div(silu(scale(x, alpha)), alpha);
  }),
  Tanh: mapped(tanh),
  ThresholdedRelu: mapped((x, call) => mul(x, greater(x, call.attribute('alpha', 1)))),
};

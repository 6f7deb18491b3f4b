// The optimisers of `ai.onnx.preview.training`: inputs R (rate), T (steps before), then for n weights all X, all gradients
// G, and all accumulators. Outputs: all new X, then all new accumulators.
import { add } from '../../../ops/add.js';
import { div } from '../../../ops/div.js';
import { mul } from '../../../ops/mul.js';
import { sqrt } from '../../../ops/sqrt.js';
import { square } from '../../../ops/square.js';
import { sub } from '../../../ops/sub.js';
import type { Tensor } from '../../../tensors/tensor.js';
import type { NodeCall, Operator, Operators } from '../call.js';
import { device } from '../values.js';

interface Step {
  readonly rate: number;
  /** Steps before this one. */
  readonly steps: number;
  readonly x: Tensor;
  /** G + norm_coefficient X */
  readonly gradient: Tensor;
  readonly slots: readonly Tensor[];
}

/** The new x, then the new slots. */
type Rule = (call: NodeCall, step: Step) => Tensor[];

const optimiser =
  (slotCount: number, rule: Rule): Operator =>
  (call) => {
    const count = (call.count - 2) / (2 + slotCount);
    if (!Number.isInteger(count) || count < 1) call.refuse(`2 + ${2 + slotCount} n inputs`, `${call.count}`);
    const [rate, steps] = [call.number(0, 0), call.number(1, 0)];
    const decay = call.attribute('norm_coefficient', 0);
    const results = Array.from({ length: count }, (_, i) => {
      const x = call.tensor(2 + i);
      const gradient = add(call.tensor(2 + count + i), mul(x, decay));
      const slots = Array.from({ length: slotCount }, (__, k) => call.tensor(2 + (2 + k) * count + i));
      return rule(call, { rate, steps, x, gradient, slots });
    });
    return Array.from({ length: 1 + slotCount }, (_, k) => results.flatMap((result) => result[k] ?? []))
      .flat()
      .map((result) => device(result));
  };

const adagrad: Rule = (call, { rate, steps, x, gradient, slots: [h = x] }) => {
  const now = rate / (1 + steps * call.attribute('decay_factor', 0));
  const next = add(h, square(gradient));
  const step = div(mul(gradient, now), add(sqrt(next), call.attribute('epsilon', 1e-6)));
  return [sub(x, step), next];
};

const adam: Rule = (call, { rate, steps, x, gradient, slots: [v = x, h = x] }) => {
  const [alpha, beta] = [call.attribute('alpha', 0.9), call.attribute('beta', 0.999)];
  const mean = add(mul(v, alpha), mul(gradient, 1 - alpha));
  const squares = add(mul(h, beta), mul(square(gradient), 1 - beta));
  const now = steps > 0 ? (rate * Math.sqrt(1 - beta ** steps)) / (1 - alpha ** steps) : rate;
  const step = div(mul(mean, now), add(sqrt(squares), call.attribute('epsilon', 1e-6)));
  return [mul(sub(x, step), 1 - call.attribute('norm_coefficient_post', 0)), mean, squares];
};

const momentum: Rule = (call, { rate, steps, x, gradient, slots: [v = x] }) => {
  const alpha = call.attribute('alpha');
  const next = add(mul(v, alpha), mul(gradient, steps > 0 ? call.attribute('beta') : 1));
  const isNesterov = call.text('mode', ['standard', 'nesterov']) === 'nesterov';
  return [sub(x, mul(isNesterov ? add(gradient, mul(next, alpha)) : next, rate)), next];
};

export const training: Operators = {
  Adagrad: optimiser(1, adagrad),
  Adam: optimiser(2, adam),
  Momentum: optimiser(1, momentum),
};

// Dropout, and the optimisers of `ai.onnx.preview.training`: inputs R (rate), T (steps before), then for n weights all X,
// all gradients G, and all accumulators. Outputs: all new X, then all new accumulators.
import { add } from '../../../ops/add.js';
import { div } from '../../../ops/div.js';
import { dropoutMask } from '../../../ops/dropoutMask.js';
import { mul } from '../../../ops/mul.js';
import { notEqual } from '../../../ops/notEqual.js';
import { sqrt } from '../../../ops/sqrt.js';
import { square } from '../../../ops/square.js';
import { sub } from '../../../ops/sub.js';
import { ones, tensor } from '../../../tensors/creation.js';
import type { Tensor } from '../../../tensors/tensor.js';
import type { NodeCall, Operator, Operators } from '../call.js';
import { device, like } from '../values.js';

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

/** A number that differs from node to node, so that their random numbers do. */
function streamOf({ node, context }: NodeCall): number {
  let hash = context.layer.stream;
  for (const character of node.outputs.join()) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619); // FNV-1a
  return hash >>> 0;
}

/** A model trains when it is told to; a graph that is run as it is written, when an input says so (from version 12 on). */
function drops(call: NodeCall): boolean {
  if (!call.context.exact) return call.context.layer.training;
  return call.opset >= 12 && call.number(2, 0) !== 0;
}

const dropout: Operator = (call) => {
  const rate = call.opset < 12 ? call.attribute('ratio', 0.5) : call.number(1, 0.5);
  if (!(rate >= 0 && rate < 1)) call.refuse('a ratio from 0 to below 1', `${rate}`);
  const x = call.value(0);
  if (rate === 0 || !drops(call)) return [x, call.wanted(1) ? device(ones(x.dims), 'bool') : undefined];
  const value = call.device(0);
  const key = call.context.layer.key ?? tensor(Int32Array.of(call.attribute('seed', 0), 0));
  const factors = dropoutMask(key, value.tensor.shape, rate, streamOf(call));
  return [like(value, mul(value.tensor, factors)), like(value, notEqual(factors, 0), 'bool')];
};

export const training: Operators = {
  Dropout: dropout,
  Adagrad: optimiser(1, adagrad),
  Adam: optimiser(2, adam),
  Momentum: optimiser(1, momentum),
};

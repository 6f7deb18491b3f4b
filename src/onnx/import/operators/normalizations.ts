// Normalisations.
import { show } from '../../../core/checks.js';
import { sameShape, sizeOf } from '../../../core/shapes.js';
import { abs } from '../../../ops/abs.js';
import { add } from '../../../ops/add.js';
import { batchNormalization, normalizeWith } from '../../../ops/batchNormalization.js';
import { div } from '../../../ops/div.js';
import { greater } from '../../../ops/greater.js';
import { layerNormalization } from '../../../ops/layerNormalization.js';
import { mean } from '../../../ops/mean.js';
import { mul } from '../../../ops/mul.js';
import { norm } from '../../../ops/norm.js';
import { pow } from '../../../ops/pow.js';
import { reciprocal } from '../../../ops/reciprocal.js';
import { reshape } from '../../../ops/reshape.js';
import { pad, slice } from '../../../ops/slice.js';
import { sqrt } from '../../../ops/sqrt.js';
import { square } from '../../../ops/square.js';
import { sub } from '../../../ops/sub.js';
import { sum } from '../../../ops/sum.js';
import { where } from '../../../ops/where.js';
import { ones, zeros } from '../../../tensors/creation.js';
import type { Tensor } from '../../../tensors/tensor.js';
import type { NodeCall, Operator, Operators } from '../call.js';
import { channelsLast, device, ordered } from '../values.js';

/** The operations that normalise want epsilon > 0. */
const MIN_EPSILON = 1e-12;

const epsilonOf = (call: NodeCall): number => Math.max(call.attribute('epsilon', 1e-5), MIN_EPSILON);

/** (x - mean) / deviation of every row [rows, features]. */
const standardRows = (x: Tensor, epsilon: number): Tensor =>
  layerNormalization(x, ones(x.shape.slice(1)), zeros(x.shape.slice(1)), { epsilon });

/** A tensor with one number for each channel, for x [batch, channels, ...]. */
const perChannel = (value: Tensor, rank: number): Tensor =>
  reshape(value, [value.size, ...Array.from({ length: rank - 2 }, () => 1)]);

/** The sizes from the attribute `axis` on. */
function normalisedSizes(call: NodeCall): readonly number[] {
  return call.dims(0).slice(call.axis(-1));
}

const layerNorm: Operator = (call) => {
  const x = call.tensor(0);
  const sizes = normalisedSizes(call);
  const features = sizeOf(sizes);
  const epsilon = epsilonOf(call);
  const rows = reshape(x, [features === 0 ? 0 : x.size / features, features]);
  const [gamma, beta] = [call.tensor(1), call.optional(2)];
  const statistics = (): Tensor[] => {
    const centre = mean(rows, { axis: 1, keepDims: true });
    const spread = mean(square(sub(rows, centre)), { axis: 1 });
    const dims = x.shape.map((size, i) => (i < x.shape.length - sizes.length ? size : 1));
    return [centre, reciprocal(sqrt(add(spread, epsilon)))].map((value) => reshape(value, dims));
  };
  const more = call.wanted(1) || call.wanted(2) ? statistics().map((value) => device(value)) : [];
  if (sameShape(gamma.shape, sizes) && (!beta || sameShape(beta.shape, sizes))) {
    const flat = [gamma, beta ?? zeros(sizes)].map((value) => reshape(value, [features]));
    const [scale = gamma, shift = gamma] = flat;
    return [device(reshape(layerNormalization(rows, scale, shift, { epsilon }), x.shape)), ...more];
  }
  const scaled = mul(reshape(standardRows(rows, epsilon), x.shape), gamma);
  return [device(beta ? add(scaled, beta) : scaled), ...more];
};

const rmsNorm: Operator = (call) => {
  const x = call.tensor(0);
  const axis = Array.from({ length: normalisedSizes(call).length }, (_, i) => x.shape.length - 1 - i);
  const squares = mean(square(x), { axis, keepDims: true });
  return device(mul(div(x, sqrt(add(squares, call.attribute('epsilon', 1e-5)))), call.tensor(1)));
};

/** x [batch, channels, ...] normalised in groups of channels, one of each sample at a time. */
function inGroups(call: NodeCall, groups: number): Tensor {
  const x = call.tensor(0);
  const [batch = 0, channels = 0] = x.shape;
  if (x.shape.length < 2 || channels % groups !== 0) call.refuse(`channels in ${groups} groups`, show(x.shape));
  const rows = reshape(x, [batch * groups, x.size === 0 ? 0 : x.size / (batch * groups)]);
  return reshape(standardRows(rows, epsilonOf(call)), x.shape);
}

const instanceNorm: Operator = (call) => {
  const y = inGroups(call, call.dims(0)[1] ?? 1);
  const [scale, shift] = [1, 2].map((i) => perChannel(call.tensor(i), y.shape.length));
  return device(scale && shift ? add(mul(y, scale), shift) : y);
};

/** In opset 18 there is one scale for each group, later one for each channel. */
const groupNorm: Operator = (call) => {
  const groups = call.attribute('num_groups');
  const y = inGroups(call, groups);
  const [batch = 0, channels = 0, ...rest] = y.shape;
  const perGroup = call.opset < 21;
  const parts = perGroup ? reshape(y, [batch, groups, channels / groups, ...rest]) : y;
  const [scale, shift] = [1, 2].map((i) => perChannel(call.tensor(i), parts.shape.length));
  return device(scale && shift ? reshape(add(mul(parts, scale), shift), y.shape) : y);
};

/** A model trains when it is told to; a graph that is run as it is written, when its node says so. */
function trains(call: NodeCall): boolean {
  if (!call.context.exact) return call.context.layer.training;
  return call.opset < 7 ? !call.flag('is_test') : call.flag('training_mode');
}

const batchNorm: Operator = (call) => {
  const rank = call.dims(0).length;
  const x = rank > 2 ? call.image(0) : call.tensor(0);
  const [scale, shift, average, variance] = [call.tensor(1), call.tensor(2), call.tensor(3), call.tensor(4)];
  const epsilon = epsilonOf(call);
  const out = (y: Tensor) => (rank > 2 ? ordered(y, channelsLast(rank)) : device(y));
  if (!trains(call)) return out(normalizeWith(x, { mean: average, variance }, scale, shift, epsilon));
  const [y, batchMean, batchVariance] = batchNormalization(x, scale, shift, { epsilon });
  const share = 1 - call.attribute('momentum', 0.9);
  const follow = (moving: Tensor, batch: Tensor): Tensor => add(moving, mul(sub(batch, moving), share));
  const moved = [follow(average, batchMean), follow(variance, batchVariance)];
  moved.forEach((value, i) => call.update(3 + i, value));
  return [out(y), ...moved.map((value) => device(value))];
};

/** x / norm along an axis; 0 where the norm is 0. */
const lpNorm: Operator = (call) => {
  const x = call.tensor(0);
  const axis = call.axis(-1);
  const options = { axis, keepDims: true };
  const p = call.attribute('p', 2);
  if (p !== 1 && p !== 2) call.refuse('p 1 or 2', `${p}`);
  const length = p === 2 ? norm(x, options) : sum(abs(x), options);
  return device(div(x, where(greater(length, 0), length, 1)));
};

const meanVarianceNorm: Operator = (call) => {
  const x = call.tensor(0);
  const axis = (call.attributes('axes') ?? [0, 2, 3]).map((each) => call.axisOf(each, x.shape.length));
  const centred = sub(x, mean(x, { axis, keepDims: true }));
  return device(div(centred, add(sqrt(mean(square(centred), { axis, keepDims: true })), 1e-9)));
};

/** x / (bias + alpha / size * sum of squares of neighbouring channels) ^ beta */
const localResponse: Operator = (call) => {
  const x = call.image(0);
  const last = x.shape.length - 1;
  const size = call.attribute('size');
  if (!(size >= 1)) call.refuse('size >= 1', `${size}`);
  const most = Math.max(0, (x.shape[last] ?? 1) - 1);
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)].map((reach) => Math.min(reach, most));
  const none = Array.from({ length: last }, () => [0, 0] as const);
  const padded = pad(square(x), [...none, [before ?? 0, after ?? 0]]);
  const shifts = Array.from({ length: (before ?? 0) + (after ?? 0) }, (_, k) => k + 1);
  const at = (k: number): Tensor => slice(padded, [...none.map(() => 0), k], x.shape);
  const squares = shifts.reduce((all, k) => add(all, at(k)), at(0));
  const scale = add(mul(squares, call.attribute('alpha', 1e-4) / size), call.attribute('bias', 1));
  return ordered(div(x, pow(scale, call.attribute('beta', 0.75))), channelsLast(last + 1));
};

export const normalizations: Operators = {
  BatchNormalization: batchNorm,
  GroupNormalization: groupNorm,
  InstanceNormalization: instanceNorm,
  LayerNormalization: layerNorm,
  RMSNormalization: rmsNorm,
  LpNormalization: lpNorm,
  LRN: localResponse,
  MeanVarianceNormalization: meanVarianceNorm,
};

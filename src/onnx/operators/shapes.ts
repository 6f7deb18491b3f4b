// Operations that move elements.
import { flagOf, numberOf, numbersOf, optionalNumbersOf } from '../attributes.js';
import type { GraphBuilder } from '../graph.js';
import type { Call, Lower } from '../lowering.js';
import { CODES } from './elementwise.js';

const equal = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);

const reshape: Lower = (call) => {
  const { lowering } = call;
  const target = call.result();
  const view = lowering.views.get(call.inputId(0));
  if (view && equal(view.dims, target)) return [view.name];
  const source = lowering.source(call.inputId(0));
  const name = lowering.name(source);
  return [equal(lowering.value(source).dims, target) ? name : lowering.reshaped(name, target)];
};

const attributesOf = (call: Call): number[] => numbersOf(call, []);

/** Axes along which a box is smaller than what it is taken from. */
function cutAxes(call: Call, whole: readonly number[], part: readonly number[]): number[] {
  const axes = whole.flatMap((size, i) => (size === part[i] ? [] : [i]));
  const batch = axes.find((i) => (whole[i] ?? 0) < 0 && (part[i] ?? 0) < 0);
  if (batch !== undefined) call.refuse('parts of a fixed size', `a part of axis ${batch} that depends on the batch`);
  return axes;
}

/** Without steps, an axis that is taken whole is not named. */
const slice: Lower = (call) => {
  const { builder: b } = call;
  const size = call.result();
  const begin = numbersOf(call, 'begin');
  const stepped = optionalNumbersOf(call, 'steps');
  const steps = stepped ?? size.map(() => 1);
  const axes = cutAxes(call, call.dims(0), size).concat(
    steps.flatMap((step, i) => (step !== 1 && size[i] === call.dims(0)[i] ? [i] : [])),
  );
  if (axes.length === 0) return [call.input(0)];
  const starts = axes.map((i) => begin[i] ?? 0);
  // Before the first element, i.e. at -1, is past the whole axis, counted from its end
  const end = (i: number): number => (begin[i] ?? 0) + (size[i] ?? 0) * (steps[i] ?? 1);
  const ends = axes.map((i) => (end(i) < 0 ? -(2 ** 31) : end(i)));
  const strides = stepped ? [b.int64(axes.map((i) => steps[i] ?? 1))] : [];
  return [b.emit('Slice', [call.input(0), b.int64(starts), b.int64(ends), b.int64(axes), ...strides])];
};

const pad: Lower = (call) => {
  const { builder: b } = call;
  const [from, to] = [call.dims(0), call.result()];
  const begin = numbersOf(call, 'begin');
  if (optionalNumbersOf(call, 'steps')) call.refuse('padding without steps', 'some');
  const axes = cutAxes(call, to, from);
  if (axes.length === 0) return [call.input(0)];
  const after = from.map((size, i) => (axes.includes(i) ? (to[i] ?? 0) - size - (begin[i] ?? 0) : 0));
  const value = numberOf(call, 'value');
  const fill = call.lowering.value(call.inputId(0)).dtype === 'i32' ? b.int32([value], []) : b.scalar(value);
  return [b.emit('Pad', [call.input(0), b.int64([...begin, ...after]), fill], { mode: 'constant' })];
};

/** Where x has the size already, ONNX's Expand takes 1. */
const broadcastTo: Lower = (call) => {
  const [from, to] = [call.dims(0), call.result()];
  const lead = to.length - from.length;
  const dims = to.map((size, i) => (i >= lead && from[i - lead] === size ? 1 : size));
  return [call.builder.emit('Expand', [call.input(0), call.lowering.shape(dims)])];
};

const concat: Lower = (call) => {
  const names = call.op.inputs.map((_, i) => call.input(i));
  return [call.builder.emit('Concat', names, { axis: numberOf(call, []) })];
};

const gather: Lower = (call) => [
  call.builder.emit('Gather', [call.input(0), call.input(1)], { axis: numberOf(call, []) }),
];

const cumsum: Lower = (call) => {
  const { builder: b } = call;
  const axis = b.int64([numberOf(call, 'axis')], []);
  return [b.emit('CumSum', [call.input(0), axis], { reverse: Number(flagOf(call, 'reverse')) })];
};

/** 1 where a position along the new last axis equals the index. */
const oneHot: Lower = (call) => {
  const { builder: b } = call;
  const depth = numberOf(call, []);
  const indices = b.emit('Unsqueeze', [call.input(0), b.int64([-1])]);
  const hits = b.emit('Equal', [indices, b.int32(Array.from({ length: depth }, (_, i) => i))]);
  return [b.emit('Cast', [hits], { to: CODES.f32 })];
};

const argmax: Lower = (call) => {
  const { builder: b } = call;
  const whole = call.op.attributes === undefined;
  const x = whole ? b.emit('Reshape', [call.input(0), b.int64([-1])]) : call.input(0);
  const index = b.emit('ArgMax', [x], { axis: whole ? 0 : numberOf(call, []), keepdims: 0 });
  return [b.emit('Cast', [index], { to: CODES.i32 })];
};

/** All positions of the last axis, sorted; the attribute says whether the largest element comes first. */
const argsort: Lower = (call) => {
  const { builder: b } = call;
  const length = call.result().at(-1) ?? 1;
  if (length < 0) call.refuse('sorting along an axis of a fixed size', 'along the batch');
  const attributes = { axis: -1, largest: flagOf(call, []) ? 1 : 0, sorted: 1 };
  const [, positions = ''] = b.emitAll('TopK', [call.input(0), b.int64([length])], 2, attributes);
  return [b.emit('Cast', [positions], { to: CODES.i32 })];
};

const takeAlongAxis: Lower = (call) => [
  call.builder.emit('GatherElements', [call.input(0), call.input(1)], { axis: numberOf(call, []) }),
];

/** A reduction of x. Before opset 18 the axes are an attribute, but for ReduceSum. */
export function reduced(b: GraphBuilder, type: string, x: string, axes: readonly number[], keepdims: 0 | 1): string {
  if (b.opset < 18 && type !== 'ReduceSum') return b.emit(type, [x], { axes, keepdims });
  return b.emit(type, [x, b.int64(axes)], { keepdims });
}

/** The reduction of the operation's attributes. */
function reduce(call: Call, type: string): string {
  const axes = numbersOf(call, 'axes');
  if (axes.length === 0) return call.input(0);
  return reduced(call.builder, type, call.input(0), axes, call.result().length === call.dims(0).length ? 1 : 0);
}

/** The operation is a sum times a factor, which for a mean is 1 / count whatever the size of the batch. */
const sum: Lower = (call) => {
  const isMean = [call.op.attributes, call.op.otherAttributes].every(
    (attributes) =>
      typeof attributes === 'object' &&
      attributes !== null &&
      'scale' in attributes &&
      'count' in attributes &&
      attributes.scale === 1 / Number(attributes.count),
  );
  if (isMean) return [reduce(call, 'ReduceMean')];
  const total = reduce(call, 'ReduceSum');
  if (call.lowering.value(call.inputId(0)).dtype === 'i32') return [total];
  const scale = numberOf(call, 'scale');
  return [scale === 1 ? total : call.builder.emit('Mul', [total, call.builder.scalar(scale)])];
};

export const shapes: Readonly<Record<string, Lower>> = {
  reshape,
  transpose: (call) => [call.permuted(0, attributesOf(call))],
  flipMatrix: (call) => [call.permuted(0, [1, 0])],
  slice,
  pad,
  broadcastTo,
  concat,
  gather,
  oneHot,
  cumsum,
  argmax,
  argsort,
  takeAlongAxis,
  sum,
  max: (call) => [reduce(call, 'ReduceMax')],
  min: (call) => [reduce(call, 'ReduceMin')],
  logSumExp: (call) => [reduce(call, 'ReduceLogSumExp')],
};

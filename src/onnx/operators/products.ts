// Products of matrices, normalisation, softmax.
import { flagOf } from '../attributes.js';
import { float } from '../graph.js';
import type { Call, Lower } from '../lowering.js';
import { attention } from './attention.js';
import { activated } from './elementwise.js';
import { reduced } from './shapes.js';

/** An operand with its last two axes swapped if the flag says so. */
function operand(call: Call, i: number, flag: string): string {
  if (!flagOf(call, flag)) return call.input(i);
  const rank = call.dims(i).length;
  const perm = Array.from({ length: rank }, (_, axis) => axis);
  return call.permuted(i, [...perm.slice(0, -2), rank - 1, rank - 2]);
}

const matmul: Lower = (call) => {
  const product = call.builder.emit('MatMul', [operand(call, 0, 'transposeA'), operand(call, 1, 'transposeB')]);
  return ['activation' in Object(call.op.attributes) ? activated(call, product) : product];
};

/** A dense layer: Gemm of matrices; MatMul and Add where x has more axes. */
const affine: Lower = (call) => {
  const { builder: b } = call;
  const biased = call.op.inputs.length > 2;
  const apply = (x: string, rank: number): string => {
    if (rank === 2 && biased) return activated(call, b.emit('Gemm', [x, call.input(1), call.input(2)]));
    const product = b.emit('MatMul', [x, call.input(1)]);
    return activated(call, biased ? b.emit('Add', [product, call.input(2)]) : product);
  };
  return [call.alongLast(apply)];
};

/** The attribute of the normalisations is epsilon itself. */
const epsilonOf = (call: Call): number =>
  typeof call.op.attributes === 'number' ? call.op.attributes : call.refuse('epsilon', 'none');

const layerNormalization: Lower = (call) => {
  const [gamma, beta] = [call.input(1), call.input(2)];
  const attributes = { axis: -1, epsilon: float(epsilonOf(call)) };
  return [call.alongLast((x) => call.builder.emit('LayerNormalization', [x, gamma, beta], attributes))];
};

/** (x - mean) scale + shift: ONNX's BatchNormalization, whose channels are axis 1, with variance 1 and epsilon 0. */
const scaleColumns: Lower = (call) => {
  const { builder: b } = call;
  const [mean, scale, shift] = [call.input(1), call.input(2), call.input(3)];
  const channels = call.dims(1)[0] ?? 1;
  const ones = b.floats(Array.from({ length: channels }, () => 1));
  return [
    call.alongLast((x, rank) => {
      const middle = Array.from({ length: rank - 2 }, (_, i) => i + 1);
      const first = b.transpose(x, [0, rank - 1, ...middle]);
      const y = b.emit('BatchNormalization', [first, scale, shift, mean, ones], { epsilon: float(0) });
      return b.transpose(y, [0, ...middle.map((axis) => axis + 1), 1]);
    }),
  ];
};

/** Batch normalisation with the statistics of the batch: y, mean, variance over the rows. */
const batchNormalization: Lower = (call) => {
  const { builder: b } = call;
  const x = call.input(0);
  const average = (value: string): string => reduced(b, 'ReduceMean', value, [0], 0);
  const mean = average(x);
  const centred = b.emit('Sub', [x, mean]);
  const variance = average(b.emit('Mul', [centred, centred]));
  const deviation = b.emit('Sqrt', [b.emit('Add', [variance, b.scalar(epsilonOf(call))])]);
  const standard = b.emit('Div', [centred, deviation]);
  return [b.emit('Add', [b.emit('Mul', [standard, call.input(1)]), call.input(2)]), mean, variance];
};

/**
 * x / |x|, 0 for 0; and 1 / |x|, 0 for 0. The largest component is divided out first, since its square may be outside of
 * f32's range.
 */
const unitQuaternion: Lower = (call) => {
  const { builder: b } = call;
  const x = call.input(0);
  const largest = reduced(b, 'ReduceMax', b.emit('Abs', [x]), [-1], 1);
  const zero = b.emit('Equal', [largest, b.scalar(0)]);
  const scale = b.emit('Where', [zero, b.scalar(1), largest]);
  const y = b.emit('Div', [x, scale]);
  const length = b.emit('Sqrt', [reduced(b, 'ReduceSum', b.emit('Mul', [y, y]), [-1], 1)]);
  const divisor = b.emit('Where', [zero, b.scalar(1), length]);
  const inverse = b.emit('Div', [b.emit('Div', [b.scalar(1), scale]), divisor]);
  return [b.emit('Div', [y, divisor]), b.emit('Where', [zero, b.scalar(0), inverse])];
};

export const products: Readonly<Record<string, Lower>> = {
  det: (call) => [call.builder.emit('Det', [call.input(0)])],
  matmul,
  affine,
  attention,
  layerNormalization,
  scaleColumns,
  batchNormalization,
  unitQuaternion,
  softmax: (call) => [call.builder.emit('Softmax', [call.input(0)], { axis: -1 })],
  logSoftmax: (call) => [call.builder.emit('LogSoftmax', [call.input(0)], { axis: -1 })],
};

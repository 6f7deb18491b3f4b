// Quantised tensors as floats.
import { show } from '../../../core/checks.js';
import { clip } from '../../../ops/clip.js';
import { add } from '../../../ops/add.js';
import { div } from '../../../ops/div.js';
import { mul } from '../../../ops/mul.js';
import { reshape } from '../../../ops/reshape.js';
import { round } from '../../../ops/round.js';
import { sub } from '../../../ops/sub.js';
import type { Tensor } from '../../../tensors/tensor.js';
import type { NodeCall, Operator, Operators } from '../call.js';
import { device } from '../values.js';

/** Input i, one number or one for each place along the axis, in the rank of x. */
function alongAxis(call: NodeCall, i: number): Tensor {
  const by = call.tensor(i);
  const { dims } = call.value(0);
  if (by.size === 1) return reshape(by, []);
  if (by.shape.length !== 1) call.refuse('one scale, or one for each place along an axis', show(by.shape));
  const axis = call.axis(1);
  return reshape(by, dims.map((_, at) => (at === axis ? by.size : 1))); // prettier-ignore
}

const DequantizeLinear: Operator = (call) => {
  const x = call.tensor(0);
  const scale = alongAxis(call, 1);
  return device(mul(call.has(2) ? sub(x, alongAxis(call, 2)) : x, scale));
};

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  u8: [0, 255],
  i8: [-128, 127],
  u16: [0, 65535],
  i16: [-32768, 32767],
};

const QuantizeLinear: Operator = (call) => {
  const dtype = call.has(2) ? call.dtype(2) : call.dtypeAttribute('output_dtype', 'u8');
  const [low, high] = RANGES[dtype] ?? call.refuse('8 or 16 bits', dtype);
  const scaled = round(div(call.tensor(0), alongAxis(call, 1)));
  return device(clip(call.has(2) ? add(scaled, alongAxis(call, 2)) : scaled, low, high), dtype);
};

export const quantization: Operators = { DequantizeLinear, QuantizeLinear };

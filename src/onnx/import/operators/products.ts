// Products of matrices.
import { show } from '../../../core/checks.js';
import { add } from '../../../ops/add.js';
import { affine } from '../../../ops/affine.js';
import { einsum } from '../../../ops/einsum.js';
import { matmul } from '../../../ops/matmul.js';
import { mul } from '../../../ops/mul.js';
import type { AffineActivation } from '../../../ops/affine.js';
import type { NodeCall, Operator, Operators } from '../call.js';
import { device, plain, type DeviceValue } from '../values.js';

/** Whether only the last two axes are exchanged in memory, which a product can read as it is. */
function isFlipped({ order, dims }: DeviceValue): boolean {
  const rank = dims.length;
  const swapped = dims.map((_, i) => (i === rank - 2 ? rank - 1 : i === rank - 1 ? rank - 2 : i));
  return rank > 1 && order !== undefined && order.every((axis, i) => axis === swapped[i]);
}

/** The activation that was joined to a product. */
export function fusedActivation(call: NodeCall): { activation: AffineActivation; slope: number } {
  const activation = call.text('activation', ['linear', 'relu', 'leakyRelu', 'sigmoid', 'tanh']);
  return { activation, slope: call.attribute('slope', 0) };
}

/** Rows of x times a plain matrix, with a bias of one number a column if there is one. */
const MatMul: Operator = (call) => {
  const [a, b] = [call.device(0), call.device(1)];
  const [flippedA, flippedB] = [isFlipped(a), isFlipped(b)];
  const { activation, slope } = fusedActivation(call);
  const bias = call.optional(2);
  if (b.dims.length === 2 && a.dims.length > 0 && !flippedB)
    return device(affine(plain(a), plain(b), bias, activation, slope), a.dtype);
  if (bias || activation !== 'linear') call.refuse('a matrix as input 1', show(b.dims));
  const operand = (value: DeviceValue, flipped: boolean) => (flipped ? value.tensor : plain(value));
  const options = { transposeA: flippedA, transposeB: flippedB };
  return device(matmul(operand(a, flippedA), operand(b, flippedB), options), a.dtype);
};

/** alpha A B + beta C. */
const Gemm: Operator = (call) => {
  const [alpha, beta] = [call.attribute('alpha', 1), call.attribute('beta', 1)];
  const [a, b] = [call.device(0), call.device(1)];
  if (a.dims.length !== 2 || b.dims.length !== 2) call.refuse('matrices', `${show(a.dims)} and ${show(b.dims)}`);
  const [flippedA, flippedB] = [isFlipped(a), isFlipped(b)];
  const [transposeA, transposeB] = [call.flag('transA') !== flippedA, call.flag('transB') !== flippedB];
  const [x, y] = [flippedA ? a.tensor : plain(a), flippedB ? b.tensor : plain(b)];
  const c = call.has(2) && beta !== 0 ? call.device(2) : undefined;
  const { activation, slope } = fusedActivation(call);
  const columns = y.shape[transposeB ? 0 : 1];
  if (!transposeA && !transposeB && alpha === 1 && (!c || (beta === 1 && c.dims.length === 1 && c.dims[0] === columns)))
    return device(affine(x, y, c && plain(c), activation, slope));
  if (activation !== 'linear') call.refuse('a product without activation', activation);
  const product = matmul(x, y, { transposeA, transposeB });
  const scaled = alpha === 1 ? product : mul(product, alpha);
  if (!c) return device(scaled);
  return device(add(scaled, beta === 1 ? plain(c) : mul(plain(c), beta)), a.dtype);
};

const Einsum: Operator = (call) =>
  device(einsum(call.anyText('equation').replaceAll(' ', ''), ...call.values.map(plain)), call.dtype(0));

export const products: Operators = { Einsum, Gemm, MatMul };

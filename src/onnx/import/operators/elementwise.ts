// Functions of each element. Numbers of the host stay there.
import { abs } from '../../../ops/abs.js';
import { acos } from '../../../ops/acos.js';
import { add } from '../../../ops/add.js';
import { asin } from '../../../ops/asin.js';
import { atan } from '../../../ops/atan.js';
import { ceil } from '../../../ops/ceil.js';
import { cosh, sinh } from '../../../ops/hyperbolic.js';
import { div } from '../../../ops/div.js';
import { equal } from '../../../ops/equal.js';
import { erf } from '../../../ops/erf.js';
import { exp } from '../../../ops/exp.js';
import { floor } from '../../../ops/floor.js';
import { greater } from '../../../ops/greater.js';
import { greaterEqual } from '../../../ops/greaterEqual.js';
import { isNaN } from '../../../ops/isNaN.js';
import { less } from '../../../ops/less.js';
import { lessEqual } from '../../../ops/lessEqual.js';
import { log } from '../../../ops/log.js';
import { logicalAnd } from '../../../ops/logicalAnd.js';
import { logicalNot } from '../../../ops/logicalNot.js';
import { logicalOr } from '../../../ops/logicalOr.js';
import { maximum } from '../../../ops/maximum.js';
import { minimum } from '../../../ops/minimum.js';
import { mod } from '../../../ops/mod.js';
import { mul } from '../../../ops/mul.js';
import { neg } from '../../../ops/neg.js';
import { notEqual } from '../../../ops/notEqual.js';
import { pow } from '../../../ops/pow.js';
import { reciprocal } from '../../../ops/reciprocal.js';
import { reshape } from '../../../ops/reshape.js';
import { round } from '../../../ops/round.js';
import { sign } from '../../../ops/sign.js';
import { sqrt } from '../../../ops/sqrt.js';
import { sub } from '../../../ops/sub.js';
import { cos, sin } from '../../../ops/trigonometry.js';
import { tan } from '../../../ops/tan.js';
import { where } from '../../../ops/where.js';
import type { Tensor } from '../../../tensors/tensor.js';
import type { NodeCall, Operator, Operators } from '../call.js';
import { isFloat, type FileDType } from '../file.js';
import { broadcastDims, eachOf } from '../hostNumbers.js';
import { aligned, device, host, isHost, like, ordered, type Value } from '../values.js';

/** A function of one tensor. */
export const mapped =
  (apply: (x: Tensor, call: NodeCall) => Tensor, onHost?: (x: number) => number): Operator =>
  (call) => {
    const value = call.value(0);
    if (onHost && isHost(value)) return host(value.dtype, value.dims, Array.from(value.numbers, onHost));
    const x = call.device(0);
    return like(x, apply(x.tensor, call));
  };

/** A function of tensors that broadcast. */
export function joined(
  call: NodeCall,
  values: readonly Value[],
  dtype: FileDType,
  apply: (...tensors: Tensor[]) => Tensor,
  onHost: (...numbers: number[]) => number,
): Value {
  const [...hosts] = values.filter(isHost);
  if (hosts.length === values.length) {
    const dims = broadcastDims(call, values);
    return host(dtype, dims, eachOf(hosts, dims, onHost));
  }
  const { tensors, order } = aligned(values);
  const y = apply(...tensors);
  return order ? ordered(y, order, dtype) : device(y, dtype);
}

/** Before version 7, the second operand broadcasts only with the attribute `broadcast`, from an axis on. */
function operands(call: NodeCall): Value[] {
  if (call.opset >= 7 || !call.given('axis')) return call.values;
  const [rank, dims] = [call.dims(0).length, call.dims(1)];
  const trailing = rank - call.axis() - dims.length;
  const padded = [...dims, ...Array.from({ length: trailing }, () => 1)];
  return [call.value(0), device(reshape(call.tensor(1), padded), call.dtype(1))];
}

const binary =
  (apply: (a: Tensor, b: Tensor) => Tensor, onHost: (a: number, b: number) => number): Operator =>
  (call) =>
    joined(call, operands(call), call.dtype(0), apply, onHost);

/** A condition, whose value is 1 or 0. */
const compared =
  (apply: (a: Tensor, b: Tensor) => Tensor, onHost: (a: number, b: number) => boolean): Operator =>
  (call) =>
    joined(call, operands(call), 'bool', apply, (a, b) => Number(onHost(a, b)));

/** Any number of operands. */
const several =
  (apply: (a: Tensor, b: Tensor) => Tensor, onHost: (a: number, b: number) => number): Operator =>
  (call) =>
    call.values.reduce((a, b) => joined(call, [a, b], call.dtype(0), apply, onHost));

/** x without its fraction. */
const truncated = (x: Tensor): Tensor => mul(sign(x), floor(abs(x)));

const Div: Operator = (call) => {
  const dtype = call.dtype(0);
  const whole = !isFloat(dtype);
  return joined(
    call,
    operands(call),
    dtype,
    (a, b) => (whole ? truncated(div(a, b)) : div(a, b)),
    (a, b) => (whole ? Math.trunc(a / b) : a / b),
  );
};

/** With `fmod`, the sign is the dividend's, otherwise the divisor's. */
const Mod: Operator = (call) => {
  const truncates = call.flag('fmod');
  return joined(
    call,
    call.values,
    call.dtype(0),
    (a, b) => (truncates ? mul(sign(a), mod(abs(a), abs(b))) : mod(a, b)),
    (a, b) => (truncates ? a % b : a - b * Math.floor(a / b)),
  );
};

/** The number in the type: what has a fraction loses it. */
const castNumber = (x: number, from: FileDType, to: FileDType): number =>
  to === 'bool' ? Number(x !== 0) : isFloat(from) && !isFloat(to) ? Math.trunc(x) : x;

function castTo(call: NodeCall, to: FileDType): Value {
  const value = call.value(0);
  const { dtype } = value;
  if (isHost(value))
    return host(
      to,
      value.dims,
      Array.from(value.numbers, (x) => castNumber(x, dtype, to)),
    );
  const x = call.device(0);
  if (to === 'bool' && dtype !== 'bool') return like(x, notEqual(x.tensor, 0), to);
  if (isFloat(dtype) && !isFloat(to)) return like(x, truncated(x.tensor), to);
  return { ...x, dtype: to, weight: undefined, known: undefined };
}

const Cast: Operator = (call) => castTo(call, call.dtypeAttribute('to', 'f32'));

const Where: Operator = (call) => {
  const [condition, a, b] = [call.value(0), call.value(1), call.value(2)];
  return joined(
    call,
    [condition, a, b],
    a.dtype,
    (c, x, y) => where(c, x, y),
    (c, x, y) => (c ? x : y),
  );
};

const IsInf: Operator = (call) => {
  const x = call.device(0);
  const ends = [
    ...(call.flag('detect_positive', true) ? [Infinity] : []),
    ...(call.flag('detect_negative', true) ? [-Infinity] : []),
  ];
  const found = ends.map((end) => equal(x.tensor, end));
  return like(x, found.length === 2 ? add(found[0] ?? 0, found[1] ?? 0) : (found[0] ?? mul(x.tensor, 0)), 'bool');
};

const truth =
  (apply: (x: Tensor) => Tensor, onHost: (x: number) => boolean): Operator =>
  (call) => {
    const value = call.value(0);
    if (isHost(value))
      return host(
        'bool',
        value.dims,
        Array.from(value.numbers, (x) => Number(onHost(x))),
      );
    const x = call.device(0);
    return like(x, apply(x.tensor), 'bool');
  };

/** Half away from zero is not meant: halves go to the even neighbour. */
const roundEven = (x: number): number => {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
};

const Mean: Operator = (call) => {
  const total = several(add, (a, b) => a + b)(call);
  if (!('tensor' in total)) return call.refuse('tensors', 'constants');
  return like(total, mul(total.tensor, 1 / call.count));
};

const different = (a: Tensor, b: Tensor): Tensor => notEqual(a, b);

export const elementwise: Operators = {
  Abs: mapped(abs, Math.abs),
  Acos: mapped(acos),
  Acosh: mapped((x) => log(add(x, mul(sqrt(sub(x, 1)), sqrt(add(x, 1)))))),
  Add: binary(add, (a, b) => a + b),
  And: compared(logicalAnd, (a, b) => a !== 0 && b !== 0),
  Asin: mapped(asin),
  Asinh: mapped((x) => mul(sign(x), log(add(abs(x), sqrt(add(mul(x, x), 1)))))),
  Atan: mapped(atan),
  Atanh: mapped((x) => mul(log(div(add(1, x), sub(1, x))), 0.5)),
  Cast,
  CastLike: (call) => castTo(call, call.dtype(1)),
  Ceil: mapped(ceil, Math.ceil),
  Cos: mapped(cos),
  Cosh: mapped(cosh),
  Div,
  Equal: compared(equal, (a, b) => a === b),
  Erf: mapped(erf),
  Exp: mapped(exp, Math.exp),
  Floor: mapped(floor, Math.floor),
  Greater: compared(greater, (a, b) => a > b),
  GreaterOrEqual: compared(greaterEqual, (a, b) => a >= b),
  Identity: (call) => call.value(0),
  IsInf,
  IsNaN: truth(isNaN, Number.isNaN),
  Less: compared(less, (a, b) => a < b),
  LessOrEqual: compared(lessEqual, (a, b) => a <= b),
  Log: mapped(log, Math.log),
  Max: several(maximum, Math.max),
  Mean,
  Min: several(minimum, Math.min),
  Mod,
  Mul: binary(mul, (a, b) => a * b),
  Neg: mapped(neg, (x) => -x),
  Not: truth(logicalNot, (x) => x === 0),
  Or: compared(logicalOr, (a, b) => a !== 0 || b !== 0),
  Pow: binary(pow, Math.pow),
  Reciprocal: mapped(reciprocal, (x) => 1 / x),
  Round: mapped(round, roundEven),
  Sign: mapped(sign, Math.sign),
  Sin: mapped(sin),
  Sinh: mapped(sinh),
  Sqrt: mapped(sqrt, Math.sqrt),
  Sub: binary(sub, (a, b) => a - b),
  Sum: several(add, (a, b) => a + b),
  Tan: mapped(tan),
  Where,
  Xor: compared(different, (a, b) => (a !== 0) !== (b !== 0)),
};

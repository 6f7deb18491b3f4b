// Functions of each element, comparisons and conversions.
import { float, type GraphBuilder } from '../graph.js';
import type { Call, Lower } from '../lowering.js';
import { numberOf, textOf } from '../attributes.js';

/** ONNX's codes of element types. */
export const CODES = { f32: 1, i32: 6, i64: 7, bool: 9 } as const;

const unary =
  (type: string): Lower =>
  (call) => [call.builder.emit(type, [call.input(0)])];

const binary =
  (type: string): Lower =>
  (call) => [call.builder.emit(type, [call.broadcastable(0), call.broadcastable(1)])];

/** Several nodes on x. */
const nodes =
  (build: (b: GraphBuilder, x: string, call: Call) => string): Lower =>
  (call) => [build(call.builder, call.input(0), call)];

const comparison =
  (type: string): Lower =>
  (call) => {
    const holds = call.builder.emit(type, [call.broadcastable(0), call.broadcastable(1)]);
    return [call.builder.emit('Cast', [holds], { to: CODES.f32 })];
  };

/** Clip to the bounds that are the operation's attributes. */
const clip: Lower = nodes((b, x, call) =>
  b.emit('Clip', [x, b.scalar(numberOf(call, 0)), b.scalar(numberOf(call, 1))]),
);

/** `far` where |x| > 1/2, else `near`. */
function byMagnitude(b: GraphBuilder, x: string, far: string, near: string): string {
  return b.emit('Where', [b.emit('Greater', [b.emit('Abs', [x]), b.scalar(0.5)]), far, near]);
}

/** log(1 + x), for small x as x log(u) / (u - 1) with u = 1 + x (Goldberg 1991), which corrects the rounding of u. */
function log1p(b: GraphBuilder, x: string): string {
  const u = b.emit('Add', [x, b.scalar(1)]);
  const log = b.emit('Log', [u]);
  const d = b.emit('Sub', [u, b.scalar(1)]);
  const corrected = b.emit('Div', [b.emit('Mul', [x, log]), d]);
  const exact = b.emit('Equal', [d, b.scalar(0)]);
  return byMagnitude(b, x, log, b.emit('Where', [exact, x, corrected]));
}

/** exp(x) - 1, for small x as 2 tanh(x / 2) / (1 - tanh(x / 2)), in which nothing cancels. */
function expm1(b: GraphBuilder, x: string): string {
  const half = b.emit('Tanh', [b.emit('Mul', [x, b.scalar(0.5)])]);
  const near = b.emit('Div', [b.emit('Mul', [half, b.scalar(2)]), b.emit('Sub', [b.scalar(1), half])]);
  return byMagnitude(b, x, b.emit('Sub', [b.emit('Exp', [x]), b.scalar(1)]), near);
}

function gelu(b: GraphBuilder, x: string, approximate: 'none' | 'tanh'): string {
  if (b.opset >= 20) return b.emit('Gelu', [x], { approximate });
  let inner: string;
  if (approximate === 'none') inner = b.emit('Erf', [b.emit('Mul', [x, b.scalar(Math.SQRT1_2)])]);
  else {
    const cubic = b.emit('Mul', [b.emit('Mul', [b.emit('Mul', [x, x]), x]), b.scalar(0.044715)]);
    inner = b.emit('Tanh', [b.emit('Mul', [b.emit('Add', [x, cubic]), b.scalar(Math.sqrt(2 / Math.PI))])]);
  }
  return b.emit('Mul', [b.emit('Mul', [x, b.scalar(0.5)]), b.emit('Add', [inner, b.scalar(1)])]);
}

function scaled(b: GraphBuilder, x: string, factor: number, offset: number): string {
  const product = factor === 1 ? x : b.emit('Mul', [x, b.scalar(factor)]);
  return offset === 0 ? product : b.emit('Add', [product, b.scalar(offset)]);
}

/** An activation that a product applies to its result. */
export function activation(b: GraphBuilder, x: string, name: string, slope: number): string {
  switch (name) {
    case 'linear':
      return x;
    case 'leakyRelu':
      return b.emit('LeakyRelu', [x], { alpha: float(slope) });
    case 'relu':
      return b.emit('Relu', [x]);
    case 'tanh':
      return b.emit('Tanh', [x]);
    default:
      return b.emit('Sigmoid', [x]);
  }
}

/** The activation in the attributes at `path`. */
export function activated(call: Call, x: string): string {
  return activation(call.builder, x, textOf(call, 'activation'), numberOf(call, 'slope'));
}

const where: Lower = (call) => {
  const { builder: b } = call;
  const holds = b.emit('Cast', [call.broadcastable(0)], { to: CODES.bool });
  return [b.emit('Where', [holds, call.broadcastable(1), call.broadcastable(2)])];
};

const cast: Lower = (call) => {
  const to = call.op.attributes === 'i32' ? CODES.i32 : CODES.f32;
  return [call.builder.emit('Cast', [call.input(0)], { to })];
};

/** The remainder with the sign of b; ONNX's of floats has the sign of a. */
const mod: Lower = (call) => {
  const { builder: b } = call;
  const [x, y] = [call.broadcastable(0), call.broadcastable(1)];
  if (call.lowering.value(call.inputId(0)).dtype === 'i32') return [b.emit('Mod', [x, y])];
  const rest = b.emit('Mod', [x, y], { fmod: 1 });
  const wrong = b.emit('Less', [b.emit('Mul', [b.emit('Sign', [rest]), b.emit('Sign', [y])]), b.scalar(0)]);
  return [b.emit('Where', [wrong, b.emit('Add', [rest, y]), rest])];
};

/** The quotient rounded down; ONNX's of integers is cut off. */
const floorDivide: Lower = (call) => {
  const { builder: b } = call;
  const [x, y] = [call.broadcastable(0), call.broadcastable(1)];
  if (call.lowering.value(call.inputId(0)).dtype === 'f32') return [b.emit('Floor', [b.emit('Div', [x, y])])];
  return [b.emit('Div', [b.emit('Sub', [x, b.emit('Mod', [x, y])]), y])];
};

/** The angle of (x, y): atan(y / x), half a turn further where x < 0; 0 at the origin. */
const atan2: Lower = (call) => {
  const { builder: b } = call;
  const [y, x] = [call.broadcastable(0), call.broadcastable(1)];
  const angle = b.emit('Atan', [b.emit('Div', [y, x])]);
  const halfTurn = b.emit('Where', [b.emit('Less', [y, b.scalar(0)]), b.scalar(-Math.PI), b.scalar(Math.PI)]);
  const behind = b.emit('Where', [b.emit('Less', [x, b.scalar(0)]), halfTurn, b.scalar(0)]);
  const length = b.emit('Add', [b.emit('Abs', [x]), b.emit('Abs', [y])]);
  const origin = b.emit('Equal', [length, b.scalar(0)]);
  return [b.emit('Where', [origin, b.scalar(0), b.emit('Add', [angle, behind])])];
};

const notEqual: Lower = (call) => {
  const { builder: b } = call;
  const equal = b.emit('Equal', [call.broadcastable(0), call.broadcastable(1)]);
  return [b.emit('Cast', [b.emit('Not', [equal])], { to: CODES.f32 })];
};

export const elementwise: Readonly<Record<string, Lower>> = {
  identity: (call) => [call.input(0)],
  stopGradient: (call) => [call.input(0)],
  abs: unary('Abs'),
  neg: unary('Neg'),
  sqrt: unary('Sqrt'),
  exp: unary('Exp'),
  log: unary('Log'),
  logProbability: unary('Log'),
  sin: unary('Sin'),
  cos: unary('Cos'),
  tan: unary('Tan'),
  asin: unary('Asin'),
  acos: unary('Acos'),
  atan: unary('Atan'),
  sinh: unary('Sinh'),
  cosh: unary('Cosh'),
  floor: unary('Floor'),
  ceil: unary('Ceil'),
  round: unary('Round'),
  reciprocal: unary('Reciprocal'),
  rsqrt: nodes((b, x) => b.emit('Reciprocal', [b.emit('Sqrt', [x])])),
  exp2: nodes((b, x) => b.emit('Pow', [b.scalar(2), x])),
  log2: nodes((b, x) => b.emit('Mul', [b.emit('Log', [x]), b.scalar(Math.LOG2E)])),
  erf: unary('Erf'),
  sign: unary('Sign'),
  sigmoid: unary('Sigmoid'),
  tanh: unary('Tanh'),
  relu: unary('Relu'),
  softplus: unary('Softplus'),
  softsign: unary('Softsign'),
  square: nodes((b, x) => b.emit('Mul', [x, x])),
  log1p: nodes(log1p),
  expm1: nodes(expm1),
  silu: nodes((b, x) => b.emit('Mul', [x, b.emit('Sigmoid', [x])])),
  mish: nodes((b, x) => b.emit('Mul', [x, b.emit('Tanh', [b.emit('Softplus', [x])])])),
  gelu: nodes((b, x) => gelu(b, x, 'none')),
  geluTanh: nodes((b, x) => gelu(b, x, 'tanh')),
  leakyRelu: nodes((b, x, call) => b.emit('LeakyRelu', [x], { alpha: float(numberOf(call, 0)) })),
  elu: nodes((b, x, call) => b.emit('Elu', [x], { alpha: float(numberOf(call, 0)) })),
  celu: nodes((b, x, call) => b.emit('Celu', [x], { alpha: float(numberOf(call, 0)) })),
  scaled: nodes((b, x, call) => scaled(b, x, numberOf(call, 0), numberOf(call, 1))),
  relu6: clip,
  clip,
  bounded: clip,
  add: binary('Add'),
  addCotangents: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Mul'),
  times: binary('Mul'),
  div: binary('Div'),
  pow: binary('Pow'),
  maximum: binary('Max'),
  minimum: binary('Min'),
  greater: comparison('Greater'),
  less: comparison('Less'),
  equal: comparison('Equal'),
  notEqual,
  greaterEqual: comparison('GreaterOrEqual'),
  lessEqual: comparison('LessOrEqual'),
  mod,
  floorDivide,
  atan2,
  where,
  cast,
};

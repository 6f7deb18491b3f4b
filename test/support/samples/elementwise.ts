import { abs } from '../../../src/ops/abs.js';
import { acos } from '../../../src/ops/acos.js';
import { add } from '../../../src/ops/add.js';
import { asin } from '../../../src/ops/asin.js';
import { atan } from '../../../src/ops/atan.js';
import { atan2 } from '../../../src/ops/atan2.js';
import { broadcastTo } from '../../../src/ops/broadcast.js';
import { cast } from '../../../src/ops/cast.js';
import { ceil } from '../../../src/ops/ceil.js';
import { clip } from '../../../src/ops/clip.js';
import { div } from '../../../src/ops/div.js';
import { equal } from '../../../src/ops/equal.js';
import { erf } from '../../../src/ops/erf.js';
import { exp } from '../../../src/ops/exp.js';
import { exp2 } from '../../../src/ops/exp2.js';
import { expm1 } from '../../../src/ops/expm1.js';
import { floor } from '../../../src/ops/floor.js';
import { floorDivide } from '../../../src/ops/floorDivide.js';
import { greater } from '../../../src/ops/greater.js';
import { greaterEqual } from '../../../src/ops/greaterEqual.js';
import { cosh, sinh } from '../../../src/ops/hyperbolic.js';
import { isFinite } from '../../../src/ops/isFinite.js';
import { isNaN } from '../../../src/ops/isNaN.js';
import { less } from '../../../src/ops/less.js';
import { lessEqual } from '../../../src/ops/lessEqual.js';
import { log } from '../../../src/ops/log.js';
import { log1p } from '../../../src/ops/log1p.js';
import { log2 } from '../../../src/ops/log2.js';
import { logicalAnd } from '../../../src/ops/logicalAnd.js';
import { logicalNot } from '../../../src/ops/logicalNot.js';
import { logicalOr } from '../../../src/ops/logicalOr.js';
import { maximum } from '../../../src/ops/maximum.js';
import { minimum } from '../../../src/ops/minimum.js';
import { mod } from '../../../src/ops/mod.js';
import { mul } from '../../../src/ops/mul.js';
import { neg } from '../../../src/ops/neg.js';
import { notEqual } from '../../../src/ops/notEqual.js';
import { pow } from '../../../src/ops/pow.js';
import { reciprocal } from '../../../src/ops/reciprocal.js';
import { round } from '../../../src/ops/round.js';
import { rsqrt } from '../../../src/ops/rsqrt.js';
import { sign } from '../../../src/ops/sign.js';
import { sqrt } from '../../../src/ops/sqrt.js';
import { square } from '../../../src/ops/square.js';
import { sub } from '../../../src/ops/sub.js';
import { tan } from '../../../src/ops/tan.js';
import { cos, sin } from '../../../src/ops/trigonometry.js';
import { where } from '../../../src/ops/where.js';
import type { Tensor } from '../../../src/tensors/tensor.js';
import { at64, build64, map64 } from '../arrays.js';
import { erf as erf64 } from '../special.js';
import { BROADCAST, binaryCases, unaryCases, type Input, type Sample } from './sample.js';
import { wrong } from '../wrong.js';

type Values = Omit<Input, 'shape'>;
type Options = Partial<Omit<Sample, 'op' | 'apply' | 'reference'>>;

function unary(
  op: string,
  apply: (x: Tensor) => Tensor,
  reference: (x: number) => number,
  input: Values = {},
  options: Options = {},
): Sample {
  return { op, apply, reference: map64(reference), cases: unaryCases(input), ...options };
}

function binary(
  op: string,
  apply: (a: Tensor, b: Tensor) => Tensor,
  reference: (a: number, b: number) => number,
  [a, b]: readonly [Values, Values] = [{}, {}],
  options: Options = {},
): Sample {
  return { op, apply, reference: map64(reference), cases: binaryCases(a, b), operands: [a, b], ...options };
}

const whole: Values = { dtype: 'i32', low: -3, high: 4 };
const wholes = [whole, whole] as const;
const counts: Options = { variant: 'i32', differentiable: [] };

/** As IEEE 754 has it: in JavaScript 1 ** NaN and (-1) ** Infinity are NaN. */
const power64 = (a: number, b: number): number => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b);

const arithmetic: readonly Sample[] = [
  binary('add', add, (a, b) => a + b),
  binary('add', add, (a, b) => a + b, wholes, counts),
  binary('sub', sub, (a, b) => a - b),
  binary('sub', sub, (a, b) => a - b, wholes, counts),
  binary('mul', mul, (a, b) => a * b),
  binary('mul', mul, (a, b) => a * b, wholes, counts),
  binary('div', div, (a, b) => a / b, [{}, { low: 0.5, high: 3 }]),
  binary('div', div, (a, b) => a / b, [{}, { low: -3, high: -0.5 }], { variant: 'by negatives' }),
  binary('pow', pow, power64, [
    { low: 0.3, high: 2.5 },
    { low: -2, high: 2.5 },
  ]),
  unary(
    'pow',
    (x) => pow(x, 3),
    (x) => x ** 3,
    {},
    { variant: 'whole exponent' },
  ),
  unary(
    'pow',
    (x) => pow(x, -2),
    (x) => x ** -2,
    { low: -3, high: -0.5 },
    { variant: 'negative exponent' },
  ),
  unary(
    'add',
    (x) => add(1.5, x),
    (x) => 1.5 + x,
    {},
    { variant: 'number first' },
  ),
  unary(
    'sub',
    (x) => sub(1.5, x),
    (x) => 1.5 - x,
    {},
    { variant: 'number first' },
  ),
  unary(
    'sub',
    (x) => sub(x, 1.5),
    (x) => x - 1.5,
    {},
    { variant: 'number second' },
  ),
  unary(
    'mul',
    (x) => mul(x, x),
    (x) => x * x,
    {},
    { variant: 'with itself' },
  ),
  unary(
    'div',
    (x) => div(2, x),
    (x) => 2 / x,
    { low: 0.5, high: 3 },
    { variant: 'number first' },
  ),
  unary(
    'div',
    (x) => div(x, 4),
    (x) => x / 4,
    {},
    { variant: 'number second' },
  ),
];

/** Away from whole numbers and halves, where floor, ceil and round jump. */
const offGrid: Values = { low: -5, high: 5, grid: 0.5, offset: 0.25 };

const functions: readonly Sample[] = [
  unary('neg', neg, (x) => -x),
  unary('square', square, (x) => x * x),
  unary('sqrt', sqrt, Math.sqrt, { low: 0.3, high: 4 }),
  unary('exp', exp, Math.exp),
  unary('expm1', expm1, Math.expm1),
  unary('expm1', expm1, Math.expm1, { low: -12, high: -8 }, { variant: 'far below 0' }),
  unary('log', log, Math.log, { low: 0.3, high: 4 }),
  unary('log1p', log1p, Math.log1p, { low: -0.6, high: 4 }),
  unary('erf', erf, erf64),
  unary('sin', sin, Math.sin, { low: -5, high: 5 }),
  unary('cos', cos, Math.cos, { low: -5, high: 5 }),
  unary('tan', tan, Math.tan, { low: -1.2, high: 1.2 }),
  unary('asin', asin, Math.asin, { low: -0.8, high: 0.8 }),
  unary('acos', acos, Math.acos, { low: -0.8, high: 0.8 }),
  unary('atan', atan, Math.atan, { low: -5, high: 5 }),
  unary('sinh', sinh, Math.sinh),
  unary('cosh', cosh, Math.cosh),
  unary('exp2', exp2, (x) => 2 ** x),
  unary('log2', log2, Math.log2, { low: 0.3, high: 4 }),
  unary('rsqrt', rsqrt, (x) => 1 / Math.sqrt(x), { low: 0.4, high: 4 }),
  unary('reciprocal', reciprocal, (x) => 1 / x, { low: -3, high: -0.5 }),
  unary('floor', floor, Math.floor, offGrid),
  unary('ceil', ceil, Math.ceil, offGrid),
  unary('round', round, halfToEven, offGrid),
  unary('abs', abs, Math.abs, { away: [0] }),
  unary('sign', sign, Math.sign, { away: [0] }),
  unary(
    'clip',
    (x) => clip(x, -0.5, 1),
    (x) => Math.min(Math.max(x, -0.5), 1),
    { away: [-0.5, 1] },
  ),
  unary(
    'clip',
    (x) => clip(x, -Infinity, 1),
    (x) => Math.min(x, 1),
    { away: [1] },
    { variant: 'one-sided' },
  ),
];

const multiples = [
  { grid: 0.25, offset: 0.125 },
  { low: 0.5, high: 3, grid: 0.25 },
] as const; // never whole quotients
const divisors: Values = { dtype: 'i32', low: 1, high: 4 };
function halfToEven(x: number): number {
  return Math.abs(x - Math.trunc(x)) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
}

/** Python's, and so NumPy's: from the exact remainder, which has the sign of b. Of an infinite a there is none. */
function quotientAndRemainder(a: number, b: number): [number, number] {
  const cut = a % b;
  if (b === 0) return [a / b, cut];
  const other = cut !== 0 && b < 0 !== cut < 0;
  return [Math.round((a - cut) / b) - (other ? 1 : 0), other ? cut + b : cut];
}
const quotient = (a: number, b: number): number => quotientAndRemainder(a, b)[0];
const remainder = (a: number, b: number): number => quotientAndRemainder(a, b)[1];

const quotients: readonly Sample[] = [
  binary('floorDivide', floorDivide, quotient, multiples),
  binary('floorDivide', floorDivide, quotient, [whole, divisors], counts),
  binary('mod', mod, remainder, multiples),
  binary('mod', mod, remainder, [whole, divisors], counts),
  binary('atan2', atan2, Math.atan2, [{ low: 0.3, high: 2 }, {}]),
  binary('atan2', atan2, Math.atan2, [{}, { low: 0.3, high: 2 }], { variant: 'right half' }),
];

const apart = [{ grid: 0.25 }, { grid: 0.25, offset: 0.125 }] as const;
const tied: Values = { grid: 0.5 };

const comparisons: readonly Sample[] = [
  binary('maximum', maximum, Math.max, apart),
  binary('maximum', maximum, Math.max, [tied, tied], { variant: 'with ties', differentiable: [] }),
  binary('maximum', maximum, Math.max, wholes, counts),
  binary('minimum', minimum, Math.min, apart),
  binary('minimum', minimum, Math.min, [tied, tied], { variant: 'with ties', differentiable: [] }),
  binary('minimum', minimum, Math.min, wholes, counts),
  binary('greater', greater, (a, b) => Number(a > b), apart),
  binary('greater', greater, (a, b) => Number(a > b), [tied, tied], { variant: 'with ties', differentiable: [] }),
  binary('greater', greater, (a, b) => Number(a > b), wholes, counts),
  binary('less', less, (a, b) => Number(a < b), apart),
  binary('less', less, (a, b) => Number(a < b), [tied, tied], { variant: 'with ties', differentiable: [] }),
  binary('less', less, (a, b) => Number(a < b), wholes, counts),
  binary('equal', equal, (a, b) => Number(a === b), apart),
  binary('equal', equal, (a, b) => Number(a === b), [tied, tied], { variant: 'with ties', differentiable: [] }),
  binary('equal', equal, (a, b) => Number(a === b), wholes, counts),
  binary('notEqual', notEqual, (a, b) => Number(a !== b), apart),
  binary('notEqual', notEqual, (a, b) => Number(a !== b), [tied, tied], { variant: 'with ties', differentiable: [] }),
  binary('notEqual', notEqual, (a, b) => Number(a !== b), wholes, counts),
  binary('greaterEqual', greaterEqual, (a, b) => Number(a >= b), apart),
  binary('greaterEqual', greaterEqual, (a, b) => Number(a >= b), [tied, tied], {
    variant: 'with ties',
    differentiable: [],
  }),
  binary('greaterEqual', greaterEqual, (a, b) => Number(a >= b), wholes, counts),
  binary('lessEqual', lessEqual, (a, b) => Number(a <= b), apart),
  binary('lessEqual', lessEqual, (a, b) => Number(a <= b), [tied, tied], { variant: 'with ties', differentiable: [] }),
  binary('lessEqual', lessEqual, (a, b) => Number(a <= b), wholes, counts),
  binary('logicalAnd', logicalAnd, (a, b) => Number(a !== 0 && b !== 0), apart),
  binary('logicalAnd', logicalAnd, (a, b) => Number(a !== 0 && b !== 0), [tied, tied], {
    variant: 'with zeros',
    differentiable: [],
  }),
  binary('logicalAnd', logicalAnd, (a, b) => Number(a !== 0 && b !== 0), wholes, counts),
  binary('logicalAnd', logicalAnd, (a, b) => Number(a !== 0 && b !== 0), [whole, tied], {
    variant: 'of both types',
    differentiable: [],
  }),
  binary('logicalOr', logicalOr, (a, b) => Number(a !== 0 || b !== 0), apart),
  binary('logicalOr', logicalOr, (a, b) => Number(a !== 0 || b !== 0), [tied, tied], {
    variant: 'with zeros',
    differentiable: [],
  }),
  binary('logicalOr', logicalOr, (a, b) => Number(a !== 0 || b !== 0), wholes, counts),
  binary('logicalOr', logicalOr, (a, b) => Number(a !== 0 || b !== 0), [whole, tied], {
    variant: 'of both types',
    differentiable: [],
  }),
  unary('logicalNot', logicalNot, (x) => Number(x === 0), { away: [0] }),
  unary('logicalNot', logicalNot, (x) => Number(x === 0), tied, { variant: 'with zeros', differentiable: [] }),
  unary('logicalNot', logicalNot, (x) => Number(x === 0), whole, counts),
  unary('isNaN', isNaN, (x) => Number(Number.isNaN(x))),
  unary('isFinite', isFinite, (x) => Number(Number.isFinite(x))),
];

const either = map64((c, a, b) => (c !== 0 ? a : b));

function whereCases(condition: Values): Input[][] {
  return BROADCAST.flatMap(([a, b]) => [
    [{ ...condition, shape: [] }, { shape: a }, { shape: b }],
    [{ ...condition, shape: a }, { shape: b }, { shape: a }],
    [{ ...condition, shape: b }, { shape: [] }, { shape: a }],
  ]);
}

const selections: readonly Sample[] = [
  {
    op: 'where',
    apply: (c, a, b) => where(c, a, b),
    reference: either,
    cases: whereCases({ dtype: 'i32', low: 0, high: 2 }),
    operands: [{ dtype: 'i32', low: 0, high: 2 }, {}, {}],
  },
  {
    op: 'where',
    variant: 'f32 condition',
    handles: 2,
    apply: (c, a, b) => where(greater(c, 0), a, b),
    reference: map64((c, a, b) => (c > 0 ? a : b)),
    cases: whereCases({}),
    operands: [{ away: [0] }, {}, {}],
  },
  {
    op: 'where',
    variant: 'i32 branches',
    apply: (c, a, b) => where(c, a, b),
    reference: either,
    cases: [
      [
        { ...whole, shape: [3, 1] },
        { ...whole, shape: [4] },
        { ...whole, shape: [] },
      ],
    ],
    differentiable: [],
  },
  {
    op: 'cast',
    variant: 'to i32',
    apply: (x) => wrong(cast(x, 'i32')),
    reference: map64((x) => (Number.isNaN(x) ? 0 : Math.min(Math.max(Math.trunc(x), -(2 ** 31)), 2 ** 31 - 1))),
    cases: unaryCases({ low: -5, high: 5 }),
    differentiable: [],
  },
  {
    op: 'cast',
    variant: 'to f32',
    apply: (x) => cast(x, 'f32'),
    reference: map64((x) => x),
    cases: unaryCases(whole),
  },
  { op: 'cast', variant: 'to itself', apply: (x) => cast(x, 'f32'), reference: map64((x) => x), cases: unaryCases() },
  ...BROADCAST.map(([from]): Sample => {
    const shape = [2, ...(from.length ? from : [3])].map((size) => (size === 1 ? 4 : size));
    return {
      op: 'broadcastTo',
      variant: `[${from.join()}] to [${shape.join()}]`,
      apply: (x) => broadcastTo(x, shape),
      reference: (x) => build64(shape, (index) => at64(x, index)),
      cases: [[{ shape: from }]],
    };
  }),
];

/** Rows of the elementwise operations. */
export const elementwiseSamples: readonly Sample[] = [
  ...arithmetic,
  ...functions,
  ...quotients,
  ...comparisons,
  ...selections,
];

import * as api from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import type { Callable, Room, Row, Rows } from '../row.js';
import type { World } from '../world.js';

/** Rows of operations, which all speak in their own name. */
export function operationRows(w: () => World): Rows {
  const row = (call: Callable, args: Row['args'], room: Room = 'ops'): Row => ({ room, call, args });
  const unary = (call: Callable): Row => row(call, () => [[w().x], [0.5]]);
  const binary = (call: Callable): Row =>
    row(call, () => [
      [w().x, w().vector],
      [w().x, 2],
      [w().whole, w().whole],
    ]);
  const reduction = (call: Callable): Row =>
    row(call, () => [[w().x], [w().x, { axis: 1, keepDims: true }], [w().x, { axis: [0, -1] }]]);
  const window = { poolSize: [2, 2], strides: 1, padding: 'same' };
  const convolution = (): object => ({ strides: 1, padding: [[1, 0], [0, 1]], dilations: [1, 1], groups: 1 }); // prettier-ignore
  const names = [
    ...['abs', 'acos', 'asin', 'atan', 'ceil', 'cos', 'cosh', 'erf', 'exp', 'exp2', 'expm1', 'floor'],
    ...[
      'hardSwish',
      'isFinite',
      'isNaN',
      'log',
      'log1p',
      'log2',
      'logicalNot',
      'mish',
      'neg',
      'reciprocal',
      'round',
      'rsqrt',
      'sinh',
      'tan',
    ],
    ...['relu', 'relu6', 'selu', 'sigmoid', 'sign', 'silu', 'sin', 'softplus', 'softsign', 'sqrt', 'square', 'tanh'],
  ] as const;
  const pairs = [
    ...['add', 'atan2', 'div', 'equal', 'floorDivide', 'greater', 'greaterEqual', 'less', 'lessEqual', 'logicalAnd'],
    ...['logicalOr', 'maximum', 'minimum', 'mod', 'mul', 'notEqual', 'pow', 'sub'],
  ] as const;
  const reductions = [
    ...['all', 'any', 'logSumExp', 'max', 'mean', 'min', 'norm', 'prod', 'std', 'sum', 'variance'],
  ] as const;
  return {
    ...Object.fromEntries(names.map((name) => [`index/${name}`, unary(api[name])])),
    ...Object.fromEntries(pairs.map((name) => [`index/${name}`, binary(api[name])])),
    ...Object.fromEntries(reductions.map((name) => [`index/${name}`, reduction(api[name])])),
    'index/affine': row(api.affine, () => [
      [w().x, w().square],
      [w().x, w().square, w().vector, 'leakyRelu', 0.1],
    ]),
    'index/argmax': row(api.argmax, () => [[w().x], [w().x, -1], [w().whole, 0]]),
    'index/argmin': row(api.argmin, () => [[w().x], [w().x, -1], [w().whole, 0]]),
    'index/cumprod': row(api.cumprod, () => [[w().x], [w().x, -1], [w().whole, 0]]),
    'index/cumsum': row(api.cumsum, () => [[w().x], [w().x, -1], [w().whole, 0]]),
    'index/attention': row(api.attention, () => [
      [w().sequence, w().sequence, w().sequence],
      [w().sequence, w().sequence, w().sequence, { heads: 1, causal: true }],
    ]),
    'index/avgPool2d': row(api.avgPool2d, () => [[w().image, window], [w().image]]),
    'index/batchNormalization': row(api.batchNormalization, () => [[w().x, w().vector, w().vector, { epsilon: 0.1 }]]),
    'index/broadcastTo': row(api.broadcastTo, () => [[w().vector, [2, 3]]]),
    'index/cast': row(api.cast, () => [
      [w().x, 'i32'],
      [w().whole, 'f32'],
    ]),
    'index/celu': row(api.celu, () => [[w().x], [w().x, 0.5]]),
    'index/hardSigmoid': row(api.hardSigmoid, () => [[w().x], [w().x, 0.2]]),
    'index/clip': row(api.clip, () => [[w().x, 0, 1]]),
    'index/concat': row(api.concat, () => [[[w().x, w().y]], [[w().x, w().y], 1]]),
    'index/conv1d': row(api.conv1d, () => [
      [w().sequence, w().taps, { strides: 1, padding: 'causal', dilations: 1, groups: 1 }],
      [w().sequence, w().taps, { padding: [1, 0] }],
    ]),
    'index/conv2d': row(api.conv2d, () => [[w().image, w().filter, convolution()]]),
    'index/conv2dAffine': row(api.conv2dAffine, () => [
      [w().image, w().filter, w().pair, { ...convolution(), activation: 'relu', slope: 0.1 }],
    ]),
    'index/conv2dTranspose': row(api.conv2dTranspose, () => [
      [w().image, w().filter, { strides: [2, 2], padding: 'same', dilations: 1 }],
    ]),
    'index/depthwiseConv2d': row(api.depthwiseConv2d, () => [
      [w().image, w().filter, { strides: 1, padding: 'same', dilations: 1 }],
    ]),
    'index/diag': row(api.diag, () => [[w().vector], [w().x, 1], [w().whole, -1]]),
    'index/einsum': row(api.einsum, () => [
      ['ij,jk->ik', w().x, w().square],
      ['...i', w().x],
    ]),
    'index/expandDims': row(api.expandDims, () => [
      [w().x, 0],
      [w().whole, [-1, 0]],
    ]),
    'index/flip': row(api.flip, () => [[w().x], [w().whole, 1], [w().x, [0, -1]]]),
    'index/outer': row(api.outer, () => [
      [w().vector, w().pair],
      [w().whole, w().indices],
    ]),
    'index/randomBernoulli': row(api.randomBernoulli, () => [[[2, 3], { seed: 1, probability: 0.2 }], [[2]]]),
    'index/randomCategorical': row(api.randomCategorical, () => [[w().x, { seed: 1 }], [w().vector]]),
    'index/randomPermutation': row(api.randomPermutation, () => [[7, { seed: 1 }], [w().x], [w().whole, { seed: 2 }]]),
    'index/repeat': row(api.repeat, () => [
      [w().x, 2],
      [w().whole, 2, 1],
      [w().x, [1, 2], 0],
    ]),
    'index/roll': row(api.roll, () => [
      [w().x, 1],
      [w().whole, -1, 1],
      [w().x, [1, 2], [0, 1]],
    ]),
    'index/split': row(api.split, () => [
      [w().x, 2],
      [w().whole, [1, 2], 1],
    ]),
    'index/squeeze': row(api.squeeze, () => [[w().four], [w().four, 0], [w().four, [0]]]),
    'index/tensordot': row(api.tensordot, () => [
      [w().x, w().square, 1],
      [w().x, w().y],
      [
        w().x,
        w().y,
        [
          [0, 1],
          [0, 1],
        ],
      ],
    ]),
    'index/tile': row(api.tile, () => [
      [w().x, 2],
      [w().whole, [2, 1]],
    ]),
    'index/tril': row(api.tril, () => [[w().x], [w().whole, 1]]),
    'index/triu': row(api.triu, () => [[w().x], [w().whole, 1]]),
    'index/argsort': row(api.argsort, () => [[w().x], [w().x, 0], [w().whole, -1, { descending: true }]]),
    'index/customGradient': row(api.customGradient, () => [[api.exp, (cotangent: unknown) => [cotangent]]]),
    'returned by customGradient': {
      ...row(
        api.customGradient(
          (x) => api.exp(x),
          (cotangent) => [cotangent],
        ),
        () => [[w().x]],
      ),
      names: ['customGradient'],
    },
    'index/scatterAdd': row(api.scatterAdd, () => [
      [w().vector, w().indices, w().pair],
      [w().vector, w().indices, w().pair, -1],
    ]),
    'index/segmentSum': row(api.segmentSum, () => [[w().x, w().indices, 3]]),
    'index/sort': row(api.sort, () => [[w().x], [w().x, 0, { descending: true }], [w().whole]]),
    'index/stopGradient': row(api.stopGradient, () => [[w().x], [w().whole]]),
    'index/takeAlongAxis': row(api.takeAlongAxis, () => [
      [w().vector, w().indices],
      [w().vector, w().indices, 0],
    ]),
    'index/topK': row(api.topK, () => [[w().x, 2], [w().whole, 1, { axis: 0, largest: false }]]), // prettier-ignore
    'index/elu': row(api.elu, () => [[w().x], [w().x, 0.5]]),
    'index/gather': row(api.gather, () => [
      [w().vector, w().indices],
      [w().x, w().indices, 1],
    ]),
    'index/gelu': row(api.gelu, () => [[w().x], [w().x, { approximate: 'tanh' }]]),
    'index/layerNormalization': row(api.layerNormalization, () => [[w().x, w().vector, w().vector, { epsilon: 0.1 }]]),
    'index/leakyRelu': row(api.leakyRelu, () => [[w().x], [w().x, 0.1]]),
    'index/logSoftmax': row(api.logSoftmax, () => [[w().x], [w().x, 0]]),
    'index/lstsq': row(
      api.lstsq,
      () => [
        [w().square, w().vector],
        [w().square, w().square, { rcond: 0.1 }],
      ],
      'linalg',
    ),
    ...Object.fromEntries(
      (['cholesky', 'det', 'eigh', 'inv', 'qr', 'svd'] as const).map((name) => [
        `index/${name}`,
        row(api[name], () => [[w().square]], 'linalg'),
      ]),
    ),
    'index/solve': row(
      api.solve,
      () => [
        [w().square, w().vector],
        [w().square, w().square],
      ],
      'linalg',
    ),
    'index/scan': row(api.scan, () => [
      [(carry: Tensor, x: Tensor) => [carry, x], w().vector, w().x],
      [(carry: Tensor) => [carry, undefined], w().vector, undefined, { length: 2, reverse: true }],
    ]),
    'index/matmul': row(api.matmul, () => [
      [w().x, w().square],
      [w().x, w().y, { transposeA: false, transposeB: true }],
      [w().x, w().vector],
    ]),
    'index/maxPool2d': row(api.maxPool2d, () => [[w().image, window], [w().image]]),
    'index/oneHot': row(api.oneHot, () => [[w().indices, 3]]),
    'index/pad': row(api.pad, () => [[w().x, [[1, 0], [0, 2]], 9], [w().whole, [[1, 0], [0, 2]]]]), // prettier-ignore
    'index/projectSO3': row(api.projectSO3, () => [[w().matrices]], 'linalg'),
    'index/reshape': row(api.reshape, () => [[w().x, [3, -1]]]),
    'index/sigmoidCrossEntropy': row(api.sigmoidCrossEntropy, () => [[w().x, w().y, 0.5]]),
    'index/slice': row(api.slice, () => [[w().x, [0, 1]], [w().x, [0, 1], [-1, 2]], [w().x, [-1], [1], [-1]]]), // prettier-ignore
    'index/softmax': row(api.softmax, () => [[w().x], [w().x, 0]]),
    'index/softmaxCrossEntropy': row(api.softmaxCrossEntropy, () => [
      [w().x, w().y, 0.5],
      [w().x, w().indices],
    ]),
    'index/stack': row(api.stack, () => [[[w().x, w().y]], [[w().x, w().y], 2]]),
    'index/swish': { ...unary(api.swish), names: ['silu'] }, // one function by two names
    'index/transpose': row(api.transpose, () => [[w().x], [w().x, [1, 0]]]),
    'index/unitQuaternion': row(api.unitQuaternion, () => [[w().quaternions]], 'linalg'),
    'index/where': row(api.where, () => [
      [w().x, w().y, 0],
      [w().whole, 1, w().x],
    ]),
  };
}

// Files that are wrong on purpose: always a FormatError that names the node or tensor, never a large allocation.
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/core/errors.js';
import { importOnnx, onnxFunction } from '../../../src/onnx/index.js';
import { memory } from '../../../src/runtime/init.js';
import { withRuntime } from '../../support/live.js';
import { typed } from '../../support/typed.js';
import {
  encodeOnnx,
  type RawTensor,
  type TestGraph,
  type TestModel,
  type TestNode,
  type TestTensor,
} from './encode.js';

withRuntime();

const x = { dtype: 'f32', shape: ['batch', 4] } as const;
const y = { dtype: 'f32', shape: ['batch', 'n'] } as const;
const image = { dtype: 'f32', shape: ['batch', 2, 5, 5] } as const;

const node = (op: string, inputs: readonly string[], outputs: readonly string[], more: Partial<TestNode> = {}) => ({
  op,
  name: `the ${op}`,
  inputs,
  outputs,
  ...more,
});

const f32 = (shape: readonly number[], data = Array.from({ length: count(shape) }, (_, i) => i / 8)): TestTensor => ({
  dtype: 'f32',
  shape,
  data,
});

const i64 = (...data: number[]): TestTensor => ({ dtype: 'i64', shape: [data.length], data });

const count = (shape: readonly number[]): number => shape.reduce((size, axis) => size * axis, 1);

/** A file with one input x and one output y. */
const model = (
  nodes: readonly TestNode[],
  initializers: Readonly<Record<string, TestTensor | RawTensor>> = {},
  more: Partial<TestModel> = {},
): TestModel => ({
  opset: 17,
  nodes,
  inputs: { x },
  outputs: { y },
  initializers: Object.entries(initializers),
  ...more,
});

/** One node from x, and constants w, v, u, to y. */
const single = (
  op: string,
  { attributes, ...more }: Pick<TestNode, 'attributes'> & Partial<TestModel> = {},
  ...constants: TestTensor[]
): TestModel => {
  const named = Object.fromEntries(constants.map((constant, i) => [`w${i}`, constant]));
  return model([node(op, ['x', ...Object.keys(named)], ['y'], attributes ? { attributes } : {})], named, more);
};

/** A graph in a graph in a graph ... */
function nested(levels: number): TestGraph {
  let graph: TestGraph = { nodes: [node('Identity', ['x'], ['y'])] };
  for (let level = 0; level < levels; level++)
    graph = { nodes: [node('If', ['x'], ['y'], { attributes: { then_branch: { graph } } })] };
  return graph;
}

const raw = (dtype: number, shape: readonly number[], write: RawTensor['write'] = () => undefined): RawTensor => ({
  dtype,
  shape,
  write,
});

const cases: Readonly<Record<string, [TestModel, RegExp]>> = {
  'a cycle of two nodes': [
    model([node('Relu', ['b'], ['a']), node('Add', ['a', 'x'], ['b']), node('Neg', ['b'], ['y'])]),
    /the (Relu|Add)/,
  ],
  'a node that uses itself': [model([node('Add', ['x', 'y'], ['y'])]), /the Add/],
  'a value that nothing makes': [model([node('Add', ['x', 'lost'], ['y'])]), /lost/],
  'an output that nothing makes': [model([node('Relu', ['x'], ['z'])]), /'y'/],
  'a value that two nodes make': [model([node('Relu', ['x'], ['y']), node('Neg', ['x'], ['y'])]), /'y'/],
  'a value with the name of an input': [model([node('Relu', ['x'], ['x']), node('Neg', ['x'], ['y'])]), /'x'/],
  'two initialisers of one name': [
    model([node('Add', ['x', 'w'], ['y'])], {}, { initializers: [['w', f32([4])], ['w', f32([4])]] }), // prettier-ignore
    /'w'/,
  ],
  'no outputs': [model([node('Relu', ['x'], ['y'])], {}, { outputs: {} }), /output/],
  'an operator that does not exist': [single('Frobnicate'), /Frobnicate.*the Frobnicate/],
  'an operator called constructor': [single('constructor'), /constructor/],
  'a domain that is not known': [
    model([node('Relu', ['x'], ['y'], { domain: 'com.example' })], {}, { opset: { '': 17, 'com.example': 1 } }),
    /com\.example/,
  ],
  'an old version': [single('Relu', { opset: 3 }), /opset|version/],
  'a version of the future': [single('Relu', { opset: 99 }), /opset|version/],
  'a loop': [
    model([node('Loop', ['', '', 'x'], ['y'], { attributes: { body: { graph: { nodes: [] } } } })]),
    /Loop.*the Loop/,
  ],
  'graphs in graphs, 200 levels deep': [
    model([node('If', ['x'], ['y'], { attributes: { then_branch: { graph: nested(200) } } })]),
    /If/,
  ],
  'external data': [
    model([node('Add', ['x', 'w'], ['y'])], {
      w: raw(1, [4], (pbf) => {
        pbf.writeMessage(13, (_, entry) => {
          entry.writeStringField(1, 'location');
          entry.writeStringField(2, '/etc/passwd');
        }, 0); // prettier-ignore
        pbf.writeVarintField(14, 1);
      }),
    }),
    /'w' in the file itself/,
  ],
  'sizes beyond any memory': [model([node('Add', ['x', 'w'], ['y'])], { w: raw(1, [2 ** 31, 2 ** 31]) }), /'w'/],
  'sizes whose product is 0 by overflow': [
    model([node('Add', ['x', 'w'], ['y'])], { w: raw(1, [2 ** 32, 2 ** 32]) }),
    /'w'/,
  ],
  'a negative size': [model([node('Add', ['x', 'w'], ['y'])], { w: raw(1, [-4]) }), /'w'/],
  'fewer elements than sizes say': [
    model([node('Add', ['x', 'w'], ['y'])], { w: raw(1, [4], (pbf) => pbf.writeBytesField(9, new Uint8Array(12))) }),
    /'w'/,
  ],
  'more elements than sizes say': [
    model([node('Add', ['x', 'w'], ['y'])], { w: raw(1, [4], (pbf) => pbf.writePackedFloat(4, [1, 2, 3, 4, 5])) }),
    /'w'/,
  ],
  'a type of element that does not exist': [model([node('Add', ['x', 'w'], ['y'])], { w: raw(77, [4]) }), /'w'/],
  'texts as elements': [
    model([node('Add', ['x', 'w'], ['y'])], { w: raw(8, [1], (pbf) => pbf.writeStringField(6, 'a')) }),
    /'w'/,
  ],
  'an input of texts': [single('Identity', { inputs: { x: { dtype: 'string', shape: ['batch', 4] } } }), /'x'/],
  'an input with a negative size': [single('Relu', { inputs: { x: { dtype: 'f32', shape: ['batch', -4] } } }), /'x'/],
  'an attribute that is missing': [single('Concat'), /axis.*the Concat/],
  'an attribute of a wrong type': [single('Concat', { attributes: { axis: 'first' } }), /axis.*the Concat/],
  'an axis out of range': [single('Softmax', { attributes: { axis: 7 } }), /the Softmax/],
  'a permutation with an axis twice': [single('Transpose', { attributes: { perm: [0, 0] } }), /the Transpose/],
  'a matrix that does not fit': [single('MatMul', {}, f32([5, 3])), /the MatMul/],
  'a reshape that does not fit': [single('Reshape', {}, i64(-1, 3)), /the Reshape/],
  'a filter for other channels': [single('Conv', { inputs: { x: image } }, f32([2, 3, 3, 3])), /the Conv/],
  'a convolution in 0 groups': [
    single('Conv', { inputs: { x: image }, attributes: { group: 0 } }, f32([2, 2, 3, 3])),
    /the Conv/,
  ],
  'a convolution with stride 0': [
    single('Conv', { inputs: { x: image }, attributes: { strides: [0, 0] } }, f32([2, 2, 3, 3])),
    /the Conv/,
  ],
  'a convolution larger than its image': [single('Conv', { inputs: { x: image } }, f32([2, 2, 9, 9])), /the Conv/],
  'a pool of a million cells': [
    single('MaxPool', { inputs: { x: image }, attributes: { kernel_shape: [1e6, 1e6], pads: [1e6, 1e6, 1e6, 1e6] } }),
    /the MaxPool/,
  ],
  'padding of a billion cells': [single('Pad', {}, i64(0, 1e9, 0, 1e9)), /the Pad/],
  'a constant of a trillion numbers': [
    model([node('ConstantOfShape', ['n'], ['c']), node('Add', ['x', 'c'], ['y'])], { n: i64(1e6, 1e6) }),
    /the ConstantOfShape/,
  ],
  'an expansion to a trillion numbers': [single('Expand', {}, i64(1e6, 1e6, 1, 4)), /the Expand/],
  'a trillion tiles': [single('Tile', {}, i64(1, 1e12)), /the Tile/],
  'an endless range': [
    model(
      [node('Range', ['a', 'b', 'c'], ['r']), node('Add', ['x', 'r'], ['y'])],
      { a: f32([], [0]), b: f32([], [1e30]), c: f32([], [1]) }, // prettier-ignore
    ),
    /the Range/,
  ],
  'a range without end': [
    model(
      [node('Range', ['a', 'b', 'c'], ['r']), node('Add', ['x', 'r'], ['y'])],
      { a: f32([], [0]), b: f32([], [10]), c: f32([], [0]) }, // prettier-ignore
    ),
    /the Range/,
  ],
  'a trillion classes': [
    model([node('OneHot', ['x', 'depth', 'values'], ['y'])], { depth: i64(1e12), values: f32([2], [0, 1]) }),
    /the OneHot/,
  ],
  'an image enlarged a million times': [
    single('Resize', { inputs: { x: image }, attributes: { mode: 'nearest' } }, f32([0]), f32([4], [1, 1, 1e6, 1e6])),
    /the Resize/,
  ],
  'a window of a million cells, with holes': [
    single('MaxPool', { inputs: { x: { dtype: 'f32', shape: ['batch', 1, 3000, 3000] } }, attributes: { kernel_shape: [1000, 1000], dilations: [2, 2] } }), // prettier-ignore
    /the MaxPool/,
  ],
  'a hundred large constants': [
    model(
      [
        ...Array.from({ length: 100 }, (_, i) => node('ConstantOfShape', ['n'], [`c${i}`])),
        node('Concat', ['x', ...Array.from({ length: 100 }, (_, i) => `c${i}`)], ['y'], { attributes: { axis: 1 } }),
      ],
      { n: i64(1, 2 ** 22 - 1) },
    ),
    /the ConstantOfShape/,
  ],
  'a billion neighbours': [single('LRN', { inputs: { x: image }, attributes: { size: -1 } }), /the LRN/],
  'a billion parts': [single('Split', { opset: 18, attributes: { num_outputs: 1e9, axis: 1 } }), /the Split/],
  'a slice with step 0': [single('Slice', {}, i64(0), i64(4), i64(1), i64(0)), /the Slice/],
  'a split into other sizes': [
    model([node('Split', ['x', 'sizes'], ['y', 'z'], { attributes: { axis: 1 } })], { sizes: i64(1, 1) }),
    /the Split/,
  ],
  'an index out of range': [
    model([node('Gather', ['w', 'i'], ['g']), node('Add', ['x', 'g'], ['y'])], { w: f32([3, 4]), i: i64(7) }),
    /the Gather/,
  ],
  'recurrent weights of another size': [
    single('LSTM', { inputs: { x: { dtype: 'f32', shape: [3, 'batch', 4] } }, attributes: { hidden_size: 2 } }, f32([1, 8, 4]), f32([1, 8, 3])), // prettier-ignore
    /the LSTM/,
  ],
  'an activation that does not exist': [
    single('RNN', { inputs: { x: { dtype: 'f32', shape: [3, 'batch', 4] } }, attributes: { hidden_size: 2, activations: ['Boom'] } }, f32([1, 2, 4]), f32([1, 2, 2])), // prettier-ignore
    /Boom.*the RNN/,
  ],
};

describe('a hostile file', () => {
  it.each(Object.entries(cases))('with %s', async (_, [file, message]) => {
    const bytes = encodeOnnx(file);
    const { reserved } = memory();
    const refused = typed(FormatError, message);
    await expect(importOnnx(bytes)).rejects.toThrow(refused);
    expect(memory().reserved - reserved, 'bytes of new memory').toBeLessThan(2 ** 22);
    await onnxFunction(bytes).then(
      (f) => f.dispose(), // what only a run finds
      (error: unknown) => expect(error).toEqual(refused),
    );
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['zeros', new Uint8Array(64)],
    ['text', new TextEncoder().encode('{"modelTopology": {}}')],
    ['a zip file', Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0)],
    ['a length of 4 GB', Uint8Array.of(8, 8, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3)],
    ['a number without end', new Uint8Array(40).fill(0xff)],
  ])('that is %s', async (_, bytes) => {
    await expect(importOnnx(bytes)).rejects.toThrow(typed(FormatError, /^importOnnx: expected /));
    await expect(onnxFunction(bytes)).rejects.toThrow(typed(FormatError, /^onnxFunction: expected /));
  });
});

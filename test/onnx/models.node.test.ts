// Whole models in ONNX Runtime: several inputs and outputs, activations; what is refused, and how
// few nodes a file has.
import { PbfReader } from 'pbf';
import { describe, expect, it, test } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { DisposedError } from '../../src/core/errors.js';
import * as layers from '../../src/layers/index.js';
import type { Activation, Layer } from '../../src/layers/index.js';
import { connect, input, model as functional, sequential, type Model } from '../../src/models/index.js';
import { exportOnnx } from '../../src/onnx/index.js';
import { activations } from '../../src/ops/activations.js';
import { mul } from '../../src/ops/mul.js';
import { sequential as predicting } from '../../src/predict/index.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { withRuntime } from '../support/live.js';
import { activations64 } from '../support/samples/activation.js';
import { wrong } from '../support/wrong.js';
import { byName, inOrder, left, right, B } from '../models/twoByTwo.js';
import { expectClose, expectSame, numbers, run } from './runtime.js';

withRuntime();

const alone = (inputShape: readonly number[], ...stack: Layer[]): Model => sequential({ inputShape, seed: 3 }, stack);

/** The kinds of a file's nodes, in order. */
function nodesOf(bytes: Uint8Array): string[] {
  const kinds: string[] = [];
  const node = (field: number, _: unknown, pbf: PbfReader): void => {
    if (field === 4) kinds.push(pbf.readString());
  };
  const graph = (field: number, _: unknown, pbf: PbfReader): void => {
    if (field === 1) pbf.readMessage(node, undefined);
  };
  new PbfReader(bytes).readFields((field, _, pbf) => {
    if (field === 7) pbf.readMessage(graph, undefined);
  }, undefined);
  return kinds;
}

describe('several inputs and outputs', () => {
  const [leftFeed, rightFeed] = [
    { dims: [B, 4], data: left },
    { dims: [B, 3], data: right },
  ];

  it('have the names of the model', async () => {
    using network = byName();
    const { kind, size } = network.predict({ left, right });
    const outputs = await run(exportOnnx(network), { left: leftFeed, right: rightFeed });
    expect([...outputs.keys()]).toEqual(['kind', 'size']);
    expectClose(outputs.get('kind')?.data ?? [], kind.data());
    expect(outputs.get('size')?.dims).toEqual([B, 2, 1]);
    expectClose(outputs.get('size')?.data ?? [], size.data());
    kind.dispose();
    size.dispose();
  });

  it('are numbered without names', async () => {
    using network = inOrder();
    const [kind, size] = network.predict([left, right]);
    const outputs = await run(exportOnnx(network), { input_1: leftFeed, input_2: rightFeed });
    expect([...outputs.keys()]).toEqual(['output_1', 'output_2']);
    expectClose(outputs.get('output_2')?.data ?? [], size.data());
    kind.dispose();
    size.dispose();
  });

  it('may be one value twice, an input of its own, and share layers', async () => {
    const [x, i] = [input({ shape: [4] }), input({ shape: [2] })];
    const shared = layers.dense({ units: 4, biasInitializer: 'randomNormal', activation: 'relu' });
    const once = connect(shared, x);
    const twice = connect(shared, once);
    const words = connect([layers.embedding({ inputDim: 3, outputDim: 2 }), layers.flatten()], i);
    const outputs = {
      twice,
      same: connect(layers.dropout({ rate: 0.5 }), twice),
      all: connect(layers.addLayers(), once, words),
    };
    using network = functional({ inputs: { x, i }, outputs, seed: 2 });
    const feeds = { x: { dims: [2, 4], data: numbers(8) }, i: { dims: [2, 2], data: Float32Array.of(0, 2, 1, 1) } };
    const got = await run(exportOnnx(network), feeds);
    const expected = network.predict({ x: feeds.x.data, i: feeds.i.data });
    for (const [name, value] of Object.entries(expected)) {
      expectClose(got.get(name)?.data ?? [], value.data());
      value.dispose();
    }
  });

  it('with a name for both an input and an output are refused', () => {
    const x = input({ shape: [2] });
    using network = functional({ inputs: { x }, outputs: { x: connect(layers.dense({ units: 1 }), x) } });
    expect(() => exportOnnx(network)).toThrow(
      new TypeError('exportOnnx: expected different names of inputs and outputs, got x, x'),
    );
  });
});

const forms: readonly (readonly [string, Activation])[] = [
  ...Object.keys(activations).map((name) => [name, wrong<Activation>(name)] as const),
  ...Object.entries(activations64).flatMap(([name, { variants = [] }]) =>
    variants.map(({ parameter }) => {
      const entry = activations[wrong<keyof typeof activations>(name)];
      const key = typeof entry === 'function' ? '' : entry.parameter;
      return [`${name} of ${parameter}`, wrong<Activation>({ name, [key]: parameter })] as const;
    }),
  ),
];

test.each(forms)('activation %s', async (_, activation) => {
  using dense = alone([3], layers.dense({ units: 4, activation }), layers.activation(activation));
  await expectSame(dense);
  using image = alone([4, 4, 2], layers.conv2d({ filters: 3, kernelSize: 2, activation }), layers.maxPool2d());
  await expectSame(image);
});

test('quaternions whose squares are outside of the range of f32', async () => {
  using network = alone([4], layers.unitQuaternion());
  const data = Float32Array.of(1e30, 1e30, 0, 0, 1e-30, 0, 0, -1e-30, 0, 0, 0, 0);
  const output = (await run(exportOnnx(network), { input: { dims: [3, 4], data } })).get('output');
  using expected = network.predict(data);
  expectClose(output?.data ?? [], expected.data());
});

describe('the file', () => {
  it('transposes images where the network begins and ends only', () => {
    using network = alone(
      [8, 8, 3],
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'silu' }),
      layers.batchNorm(),
      layers.depthwiseConv2d({ kernelSize: 2, activation: 'relu6' }),
      layers.prelu({ sharedAxes: [1, 2] }),
      layers.zeroPadding2d(),
      layers.avgPool2d(),
      layers.globalAveragePool2d(),
      layers.dense({ units: 2 }),
    );
    const kinds = nodesOf(exportOnnx(network));
    expect(kinds.filter((kind) => kind === 'Transpose')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'Reshape')).toHaveLength(0);
    expect(kinds.filter((kind) => kind === 'BatchNormalization')).toHaveLength(1);
  });

  it('has one node for a dense and one for a recurrent layer', () => {
    using dense = alone([3], layers.dense({ units: 4, activation: 'relu' }), layers.dropout({ rate: 0.5 }));
    expect(nodesOf(exportOnnx(dense))).toEqual(['Gemm', 'Relu']);
    using sequences = alone([4, 3], layers.lstm({ units: 4 }));
    expect(nodesOf(exportOnnx(sequences))).toEqual(['Transpose', 'LSTM', 'Squeeze']);
    using reset = alone([4, 3], layers.bidirectional(layers.gru({ units: 2, resetAfter: false })));
    expect(nodesOf(exportOnnx(reset)).filter((kind) => /GRU|MatMul/.test(kind))).toEqual(['GRU', 'GRU']);
  });

  it('has the weights of a shared layer once', () => {
    const x = input({ shape: [6, 6, 3] });
    const shared = layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same' });
    using network = functional({ inputs: x, outputs: connect([shared, shared], x) });
    const text = new TextDecoder('latin1').decode(exportOnnx(network));
    expect(text.match(/conv2d_1\/kernel_2/)).toBeNull();
    expect(nodesOf(exportOnnx(network))).toEqual(['Transpose', 'Conv', 'Conv', 'Transpose']);
  });

  it('is the same for the same model, and holds its own memory', () => {
    using network = alone([3], layers.dense({ units: 4 }));
    const bytes = exportOnnx(network);
    expect(exportOnnx(network)).toEqual(bytes);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });

  it('comes from models that only predict, too', () => {
    using network = predicting({ inputShape: [3], seed: 3 }, [layers.dense({ units: 4 })]);
    using trained = alone([3], layers.dense({ units: 4 }));
    network.setWeights(trained.getWeights());
    expect(exportOnnx(network)).toEqual(exportOnnx(trained));
  });
});

describe('refuses', () => {
  it.each([
    [{ opset: 16 }, RangeError, 'exportOnnx: expected opset to be a whole number >= 17 and <= 24, got 16'],
    [{ opset: '17' }, TypeError, "exportOnnx: expected opset to be a whole number >= 17 and <= 24, got '17'"],
    [{ lengths: 1 }, TypeError, 'exportOnnx: expected lengths to be true or false, got 1'],
    [{ batch: 1 }, TypeError, "exportOnnx: expected options opset, lengths, got unknown option 'batch'"],
  ])('options %o', (options, kind, message) => {
    using network = alone([3], layers.dense({ units: 1 }));
    expect(() => exportOnnx(network, wrong(options))).toThrow(new kind(message));
  });

  it('what is no model, and one after dispose()', () => {
    expect(() => exportOnnx(wrong({}))).toThrow(
      new TypeError('exportOnnx: expected a model, got an object with keys (none)'),
    );
    const network = alone([3], layers.dense({ units: 1 }));
    network.dispose();
    expect(() => exportOnnx(network)).toThrow(
      new DisposedError('exportOnnx: expected a live model, got one after dispose()'),
    );
  });

  it('a call inside of compile', () => {
    using network = alone([3], layers.dense({ units: 1 }));
    using program = compile((x: Tensor) => mul(x, exportOnnx(network).length));
    using x = tensor([1]);
    expect(() => program(x)).toThrow(new TypeError('exportOnnx: expected a call outside of compile, got one inside'));
  });

  it('lengths for several inputs without a sequence', () => {
    using network = inOrder();
    expect(() => exportOnnx(network, { lengths: true })).toThrow(
      new TypeError('exportOnnx: expected a model with a sequence among its inputs for lengths, got none'),
    );
  });
});

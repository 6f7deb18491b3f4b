import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { loadModel, readNpz, saveModel, writeNpy, writeTensors } from '../../src/io/index.js';
import { conv1d, dense, flatten } from '../../src/layers/index.js';
import { sequential } from '../../src/models/index.js';
import { importOnnx } from '../../src/onnx/index.js';
import { tensor } from '../../src/tensors/creation.js';
import { withRuntime } from '../support/live.js';
import { flowers, ONE_LINE, withFolder } from './support.js';

const folder = withFolder();
withRuntime();

const build = () =>
  sequential({ inputShape: [6, 2], seed: 1 }, [
    conv1d({ filters: 3, kernelSize: 3, activation: 'relu' }),
    flatten(),
    dense({ units: 2, activation: 'softmax' }),
  ]);
const TFJS = {
  format: 'layers-model',
  modelTopology: {
    class_name: 'Sequential',
    config: {
      layers: [
        { class_name: 'Dense', config: { name: 'sum', units: 1, use_bias: false, batch_input_shape: [null, 2] } },
      ],
    },
  },
  weightsManifest: [{ paths: ['w.bin'], weights: [{ name: 'sum/kernel', shape: [2, 1], dtype: 'float32' }] }],
};

beforeAll(async () => {
  using model = build();
  await folder.write('m.safetensors', saveModel(model));
  await folder.write('model.json', JSON.stringify(TFJS));
  await folder.write('w.bin', new Uint8Array(Float32Array.of(1, 10).buffer));
  await folder.write(
    't.safetensors',
    writeTensors({ a: tensor([[1, 2]]), 'b/c': tensor(Int32Array.of(3)) }, { by: 'me' }),
  );
  await folder.write(
    'a.npy',
    writeNpy(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ),
  );
  await folder.write('flowers.csv', flowers());
  await folder.run(['train', 'flowers.csv', '-l', 'kind', '--epochs', '1', '--folds', '0']);
});

it('inspects models, tensors and arrays of every format, as text and as JSON', async () => {
  const facts = async (file: string): Promise<unknown> => {
    const { code, stdout, stderr } = await folder.run(['inspect', file, '--json']);
    expect({ file, code, stderr }).toEqual({ file, code: 0, stderr: '' });
    const text = await folder.run(['inspect', file]);
    expect(text.stdout).toMatch(new RegExp(`^${file}: `));
    return JSON.parse(stdout);
  };
  await folder.run(['convert', 'm.safetensors', 'm.onnx']);
  await folder.run(['convert', 'm.safetensors', 'm.npz']);
  const shape = { inputShape: [6, 2], outputShape: [2], parameters: 21 + 26 };
  expect(await facts('m.safetensors')).toMatchObject({ format: 'safetensors', model: { ...shape, layers: [{ kind: 'conv1d' }, { kind: 'flatten' }, { name: 'dense_1' }] } }); // prettier-ignore
  expect(await facts('m.onnx')).toMatchObject({ format: 'ONNX', onnx: { opset: 17, inputs: ['input f32 [batch, 6, 2]'] }, model: { outputShape: [2] } }); // prettier-ignore
  expect(await facts('model.json')).toMatchObject({ format: 'TensorFlow.js layers model', model: { parameters: 2 } });
  expect(await facts('t.safetensors')).toMatchObject({ metadata: { by: 'me' }, tensors: [{ name: 'a', dtype: 'F32', shape: [1, 2] }, { name: 'b/c', dtype: 'I32', shape: [1] }] }); // prettier-ignore
  expect(await facts('a.npy')).toMatchObject({ tensors: [{ dtype: 'F32', shape: [2, 2] }] });
  const containing = (entry: unknown): unknown => expect.arrayContaining([entry]);
  expect(await facts('m.npz')).toMatchObject({
    format: 'NumPy archive',
    tensors: containing({ name: 'dense_1/bias', dtype: 'F32', shape: [2] }),
  });
  expect(await facts('flowers.safetensors')).toMatchObject({
    table: {
      columns: containing({ name: 'seen', role: 'date' }),
      labels: [{ name: 'kind', classes: ['daisy', 'rose'] }],
    },
  });
});

it('converts models without changing what they predict', async () => {
  const x = [Array.from({ length: 6 }, (_, i) => [i / 6, 1 - i / 3])];
  using model = build();
  using expected = model.predict(x);
  for (const [from, to] of [
    ['m.safetensors', 'c.onnx'],
    ['c.onnx', 'd.safetensors'],
    ['m.safetensors', 'h.safetensors'],
  ] as const) {
    const more = to === 'h.safetensors' ? ['--weights', 'f16'] : [];
    const { code, stdout } = await folder.run(['convert', from, to, ...more]);
    expect({ to, code, stdout }).toEqual({ to, code: 0, stdout: '' });
    using copy = to.endsWith('.onnx') ? await importOnnx(folder.path(to)) : await loadModel(folder.path(to));
    using predicted = copy.predict(x);
    for (const [i, value] of predicted.data().entries())
      expect(value).toBeCloseTo(expected.data()[i] ?? NaN, to === 'h.safetensors' ? 2 : 6);
  }
  expect((await readFile(folder.path('h.safetensors'))).length).toBeLessThan(
    (await readFile(folder.path('m.safetensors'))).length,
  );
  await folder.run(['convert', 'model.json', 'tf.safetensors']);
  using sum = await loadModel(folder.path('tf.safetensors'));
  using result = sum.predict([[1, 2]]);
  expect(result.item()).toBe(21);
});

it('converts weights and arrays, and keeps the preprocessing of tables', async () => {
  await folder.run(['convert', 'm.safetensors', 'w.npz']);
  const arrays = readNpz(await readFile(folder.path('w.npz')));
  using model = build();
  expect(Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.data()]))).toEqual(
    model.getWeights(),
  );
  for (const array of Object.values(arrays)) array.dispose();
  await folder.run(['convert', 't.safetensors', 't.npz']);
  await folder.run(['convert', 't.npz', 'u.safetensors']);
  expect(JSON.parse((await folder.run(['inspect', 'u.safetensors', '--json'])).stdout)).toMatchObject({ tensors: [{ name: 'a' }, { name: 'b/c', dtype: 'I32' }] }); // prettier-ignore
  await folder.run(['convert', 'flowers.safetensors', 'small.safetensors', '--weights', 'int8']);
  expect((await folder.run(['predict', 'small.safetensors'], { input: 'petals\n5\n' })).stdout).toMatch(/^kind,/);
});

it('refuses in one line what it cannot read or write', async () => {
  await folder.write('text.safetensors', 'no tensors');
  await folder.write('short.onnx', Uint8Array.of(8, 7, 58, 99));
  await folder.write('none.bin', '');
  const damaged = await readFile(folder.path('m.safetensors'));
  damaged[damaged.length - 1]! ^= 1;
  await folder.write('damaged.safetensors', damaged);
  const before = folder.names();
  for (const [args, message] of [
    [['inspect', 'text.safetensors'], 'got something else'],
    [['inspect', 'none.bin'], 'got an empty file'],
    [['inspect', 'missing'], 'cannot read missing: there is no such file or folder'],
    [['inspect', 'short.onnx'], 'short.onnx'],
    [['inspect', 'damaged.safetensors'], 'a changed file'],
    [['convert', 'damaged.safetensors', 'x.onnx'], 'a changed file'],
    [['convert', 't.safetensors', 'x.onnx'], 'expected a model in t.safetensors to make an ONNX file'],
    [['convert', 't.safetensors', 'x.npy'], 'expected one tensor in t.safetensors to make an .npy file, got 2'],
    [['convert', 't.safetensors', 'x.safetensors', '--weights', 'f16'], 'expected a model in t.safetensors'],
    [['convert', 'm.safetensors', 'nowhere/x.onnx'], 'cannot write nowhere/x.onnx'],
  ] as const) {
    const { code, stdout, stderr } = await folder.run(args);
    expect({ args, code, stdout, line: ONE_LINE.test(stderr) }).toEqual({ args, code: 1, stdout: '', line: true });
    expect(stderr).toContain(message);
  }
  expect(folder.names()).toEqual(before);
});

it('writes no control characters of a file to a terminal', async () => {
  using x = tensor([1]);
  await folder.write(
    'escape.safetensors',
    writeTensors({ 'a\u001b[2Jb': x }, { note: '\u001b]0;title\u0007 \u202eright' }),
  );
  const { code, stdout } = await folder.run(['inspect', 'escape.safetensors']);
  expect(code).toBe(0);
  expect(stdout).toContain('a\ufffd[2Jb');
  expect(stdout).not.toMatch(/[\u001b\u0007\u202e]/);
  const { stderr } = await folder.run(['inspect', 'no\u001b[2J.onnx']);
  expect(stderr).toBe('wasmgrad: cannot read no\ufffd[2J.onnx: there is no such file or folder\n');
});

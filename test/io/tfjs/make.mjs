// Writes cases.json: models saved by TensorFlow.js with inputs and what it predicts for them. It needs @tensorflow/tfjs
// 4.22, which the tests do not:
//   npm install --prefix /tmp/tfjs @tensorflow/tfjs@4.22.0 && cp test/io/tfjs/make.mjs /tmp/tfjs && node /tmp/tfjs/make.mjs cases.json
import { writeFileSync } from 'node:fs';
// Not a dependency: it is installed beside a copy of this file.
const name = '@tensorflow/tfjs';
const tf = await import(name);

const L = tf.layers;
const image = [6, 5, 2];
const sequence = [5, 3];
let seed = 1;

/** Numbers from -1 to 1 that follow one another without a pattern. */
function numbers(count, scale = 1) {
  return Float32Array.from({ length: count }, () => {
    seed = (seed * 16807) % 2147483647;
    return ((seed / 2147483647) * 2 - 1) * scale;
  });
}

const row = (inputShape, ...layers) => {
  layers[0].batchInputShape ??= [null, ...inputShape];
  const model = tf.sequential();
  model.add(L.inputLayer({ inputShape }));
  for (const layer of layers) model.add(layer);
  return model;
};

/** The first layer has the shape of the input, as in most files. */
const withShape = (make, inputShape, options = {}, ...more) =>
  tf.sequential({ layers: [make({ ...options, inputShape }), ...more] });

const merged = (layer, shapes = [[4], [4]]) => {
  const inputs = shapes.map((shape) => tf.input({ shape }));
  return tf.model({ inputs, outputs: layer.apply(inputs) });
};

const recurrent = { units: 3, kernelInitializer: 'glorotUniform', recurrentInitializer: 'glorotUniform' };

const models = {
  dense: () => withShape(L.dense, [4], { units: 3, activation: 'softmax', kernelRegularizer: 'l1l2' }),
  'dense without bias': () => withShape(L.dense, [2, 4], { units: 3, useBias: false, activation: 'elu' }),
  ...Object.fromEntries(
    [
      'relu',
      'relu6',
      'sigmoid',
      'tanh',
      'linear',
      'selu',
      'softplus',
      'softsign',
      'hardSigmoid',
      'swish',
      'mish',
      'gelu',
      'gelu_new',
    ].map((activation) => [
      `activation ${activation}`,
      () => row([4], L.dense({ units: 4, activation }), L.activation({ activation })),
    ]),
  ),
  conv1d: () => withShape(L.conv1d, sequence, { filters: 4, kernelSize: 2, strides: 2, activation: 'relu' }),
  conv2d: () => withShape(L.conv2d, image, { filters: 3, kernelSize: [3, 2], strides: [2, 1], padding: 'same' }),
  'conv2d dilated': () =>
    withShape(L.conv2d, image, { filters: 3, kernelSize: 2, dilationRate: 2, activation: 'sigmoid' }),
  depthwise: () => withShape(L.depthwiseConv2d, image, { kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
  separable: () => withShape(L.separableConv2d, image, { filters: 4, kernelSize: 3, activation: 'relu' }),
  transposed: () => withShape(L.conv2dTranspose, image, { filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
  'transposed valid': () =>
    withShape(L.conv2dTranspose, image, { filters: 3, kernelSize: 2, strides: 3, padding: 'valid' }),
  'batch norm': () =>
    row(
      image,
      L.batchNormalization({ epsilon: 0.01, momentum: 0.9 }),
      L.batchNormalization({ scale: false, center: false, axis: 3 }),
    ),
  'layer norm': () => row(sequence, L.layerNormalization({ epsilon: 0.01 }), L.layerNormalization({ scale: false })),
  embedding: () => withShape(L.embedding, undefined, { inputDim: 7, outputDim: 3, inputLength: 4 }),
  'simple rnn': () => withShape(L.simpleRNN, sequence, { ...recurrent, returnSequences: true, activation: 'relu' }),
  lstm: () => withShape(L.lstm, sequence, { ...recurrent }),
  'lstm with sigmoid': () =>
    withShape(L.lstm, sequence, {
      ...recurrent,
      recurrentActivation: 'sigmoid',
      returnSequences: true,
      unitForgetBias: true,
    }),
  gru: () => withShape(L.gru, sequence, { ...recurrent }),
  'gru with sigmoid': () =>
    withShape(L.gru, sequence, { ...recurrent, recurrentActivation: 'sigmoid', returnSequences: true }),
  'rnn of a cell': () => withShape(L.rnn, sequence, { cell: L.lstmCell({ ...recurrent }) }),
  ...Object.fromEntries(
    ['concat', 'sum', 'ave'].map((mergeMode) => [
      `bidirectional ${mergeMode}`,
      () =>
        row(
          sequence,
          L.bidirectional({ layer: L.lstm({ ...recurrent, returnSequences: true }), mergeMode }),
          L.bidirectional({ layer: L.gru({ ...recurrent }), mergeMode }),
        ),
    ]),
  ),
  'time distributed': () =>
    withShape(L.timeDistributed, sequence, { layer: L.dense({ units: 2, activation: 'tanh' }) }),
  'pools 1d': () =>
    row([8, 3], L.maxPooling1d({ poolSize: 2, strides: 1 }), L.averagePooling1d({ poolSize: 3, padding: 'same' })),
  'pools 2d': () =>
    row(
      [7, 6, 2],
      L.maxPooling2d({ poolSize: [3, 2], strides: 1, padding: 'same' }),
      L.averagePooling2d({ poolSize: 2 }),
    ),
  'global pools 1d': () => {
    const x = tf.input({ shape: sequence });
    return tf.model({ inputs: x, outputs: [L.globalMaxPooling1d().apply(x), L.globalAveragePooling1d({}).apply(x)] });
  },
  'global pools 2d': () => {
    const x = tf.input({ shape: image });
    return tf.model({
      inputs: x,
      outputs: [
        L.globalMaxPooling2d({ dataFormat: 'channelsLast' }).apply(x),
        L.globalAveragePooling2d({ dataFormat: 'channelsLast' }).apply(x),
      ],
    });
  },
  shapes: () =>
    row(
      image,
      L.permute({ dims: [3, 1, 2] }),
      L.reshape({ targetShape: [5, 12] }),
      L.flatten(),
      L.repeatVector({ n: 2 }),
    ),
  borders: () =>
    row(
      image,
      L.zeroPadding2d({
        padding: [
          [1, 2],
          [0, 3],
        ],
      }),
      L.cropping2D({
        cropping: [
          [0, 1],
          [2, 1],
        ],
      }),
      L.upSampling2d({ size: [2, 3] }),
    ),
  dropouts: () =>
    row(
      sequence,
      L.dropout({ rate: 0.3 }),
      L.spatialDropout1d({ rate: 0.2 }),
      L.gaussianNoise({ stddev: 1 }),
      L.gaussianDropout({ rate: 0.4 }),
      L.alphaDropout({ rate: 0.4 }),
    ),
  rectifiers: () =>
    row(
      [6],
      L.prelu({ alphaInitializer: 'glorotUniform' }),
      L.leakyReLU({ alpha: 0.2 }),
      L.reLU({ maxValue: 0.5 }),
      L.elu(),
      L.thresholdedReLU({ theta: 0.1 }),
      L.softmax(),
    ),
  'prelu on images': () => row(image, L.prelu({ sharedAxes: [1, 2], alphaInitializer: 'glorotUniform' })),
  add: () => merged(L.add()),
  multiply: () => merged(L.multiply()),
  average: () => merged(L.average(), [[4], [4], [4]]),
  maximum: () => merged(L.maximum()),
  minimum: () => merged(L.minimum()),
  concatenate: () =>
    merged(L.concatenate({ axis: 1 }), [
      [2, 3],
      [1, 3],
    ]),
  rescaling: () => row(image, L.rescaling({ scale: 0.5, offset: -1 })),
  'shared and nested': () => {
    const x = tf.input({ shape: [4], name: 'x' });
    const shared = L.dense({ units: 4, name: 'shared', activation: 'tanh' });
    const inner = tf.sequential({
      name: 'inner',
      layers: [
        L.dense({ units: 4, inputShape: [4], name: 'first' }),
        L.dense({ units: 4, name: 'last', trainable: false }),
      ],
    });
    const z = tf.input({ shape: [4] });
    const functional = tf.model({
      inputs: z,
      outputs: L.add().apply([z, L.dense({ units: 4, name: 'deep' }).apply(z)]),
      name: 'functional',
    });
    const y = L.add().apply([shared.apply(x), shared.apply(shared.apply(x)), inner.apply(x), functional.apply(x)]);
    return tf.model({ inputs: x, outputs: [y, inner.apply(y), functional.apply(y)] });
  },
  'squeeze and excite': () => {
    const x = tf.input({ shape: image });
    const pooled = L.reshape({ targetShape: [1, 1, 2] }).apply(
      L.globalAveragePooling2d({ dataFormat: 'channelsLast' }).apply(x),
    );
    const gate = L.conv2d({ filters: 2, kernelSize: 1, activation: 'hardSigmoid' }).apply(pooled);
    return tf.model({ inputs: x, outputs: L.multiply().apply([x, gate]) });
  },
  'a small network': () =>
    row(
      [8, 8, 1],
      L.conv2d({ filters: 4, kernelSize: 3, useBias: false }),
      L.batchNormalization(),
      L.reLU(),
      L.maxPooling2d({ poolSize: 2 }),
      L.dropout({ rate: 0.5 }),
      L.flatten(),
      L.dense({ units: 3, activation: 'softmax', kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }) }),
    ),
};

const base64 = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');

async function caseOf(name, make) {
  const model = make();
  model.setWeights(
    model.getWeights().map((weight) => {
      const values = numbers(weight.size, 0.8);
      const isVariance = model.weights.some(
        (own) => /variance/.test(own.name) && own.val && own.shape.join() === weight.shape.join(),
      );
      return tf.tensor(isVariance ? values.map((value) => Math.abs(value) + 0.5) : values, weight.shape);
    }),
  );
  const inputs = model.inputs.map(({ shape }) => [2, ...shape.slice(1)]);
  const xs = inputs.map((shape) => {
    const size = shape.reduce((product, each) => product * each, 1);
    return name === 'embedding' ? Float32Array.from({ length: size }, (_, i) => (3 * i) % 7) : numbers(size, 2);
  });
  const result = model.predict(xs.map((x, i) => tf.tensor(x, inputs[i])));
  let artifacts;
  await model.save({
    save: async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: {} };
    },
  });
  const { modelTopology, weightSpecs, weightData } = artifacts;
  return {
    name,
    modelTopology,
    weightSpecs,
    weights: base64(new Uint8Array(weightData)),
    inputs: model.inputs.map((input, i) => ({
      name: input.sourceLayer?.name ?? input.name,
      shape: inputs[i],
      values: base64(xs[i]),
    })),
    outputs: (Array.isArray(result) ? result : [result]).map((y) => ({ shape: y.shape, values: base64(y.dataSync()) })),
  };
}

const cases = [];
for (const [name, make] of Object.entries(models)) cases.push(await caseOf(name, make));
writeFileSync(process.argv[2], `[\n${cases.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`);

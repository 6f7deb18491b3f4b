// The work that is timed, made from the modules of either build.

function trainer({ layers, losses, models, optimizers, index }, inputShape, list, batchSize) {
  const model = models.sequential({ inputShape, seed: 1 }, list(layers));
  // A rate that hardly changes the weights: a batch learnt by heart would have subnormal gradients.
  const optimizer = optimizers.adam({ learningRate: 1e-9 });
  const made = model.trainer({ loss: losses.crossEntropy(), optimizer, batchSize });
  const size = inputShape.reduce((product, length) => product * length, batchSize);
  const x = index.randomUniform([size], { seed: 3 }).data();
  const y = Int32Array.from({ length: batchSize }, (_, i) => i % 10);
  return { run: () => made.step(x, y) };
}

function product({ index }, n) {
  const [a, b] = [index.randomUniform([n, n], { seed: 1 }), index.randomUniform([n, n], { seed: 2 })];
  return { run: () => index.matmul(a, b).dispose() };
}

const mlp = (layers) => [
  layers.dense({ units: 128, activation: 'relu' }),
  layers.dense({ units: 10, activation: 'softmax' }),
];

const cnn = (layers) => [
  layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
  layers.maxPool2d({ poolSize: 2 }),
  layers.flatten(),
  layers.dense({ units: 10, activation: 'softmax' }),
];

function eager({ index }, size, operation) {
  const [a, b] = [index.randomUniform([size], { seed: 1 }), index.randomUniform([size], { seed: 2 })];
  return { run: () => index[operation](a, b).dispose() };
}

function gradient({ index }) {
  const { grad, mul, sin, sum } = index;
  const x = index.randomUniform([64], { seed: 1 });
  const slope = grad((v) => sum(mul(v, sin(v))));
  return { run: () => slope(x).dispose() };
}

function broadcast({ index }) {
  const [a, b] = [index.randomUniform([16, 8], { seed: 1 }), index.randomUniform([8], { seed: 2 })];
  return { run: () => index.add(a, b).dispose() };
}

function predictor({ layers, models }) {
  const predict = models.sequential({ inputShape: [784], seed: 1 }, mlp(layers)).predictor();
  const [input, output] = [new Float32Array(784).fill(0.5), new Float32Array(10)];
  return { run: () => predict(input, output) };
}

function fitting({ data, index, layers, losses, models, optimizers }) {
  const rows = 6000; // a tenth of MNIST
  const x = index.randomUniform([rows * 784], { seed: 3 }).data();
  const y = Int32Array.from({ length: rows }, (_, i) => i % 10);
  const set = data.dataset(x, y, { shape: [784] });
  const model = models.sequential({ inputShape: [784], seed: 1 }, mlp(layers));
  const options = { loss: losses.crossEntropy(), batchSize: 64, epochs: 1 };
  return {
    asynchronous: true,
    run: () => model.fit(set, { ...options, optimizer: optimizers.sgd({ learningRate: 1e-9 }) }),
  };
}

function fittingSmall({ data, index, layers, losses, models, optimizers }) {
  const rows = 4000;
  const set = data.dataset(index.randomUniform([rows * 2], { seed: 3 }).data(), new Float32Array(rows), { shape: [2] });
  const list = [layers.dense({ units: 4, activation: 'tanh' }), layers.dense({ units: 1, activation: 'sigmoid' })];
  const model = models.sequential({ inputShape: [2], seed: 1 }, list);
  const options = { loss: losses.binaryCrossEntropy(), batchSize: 4, epochs: 1 };
  return {
    asynchronous: true,
    run: () => model.fit(set, { ...options, optimizer: optimizers.sgd({ learningRate: 1e-9 }) }),
  };
}

/** Functions by name, each from the modules of a build to `{ run, asynchronous? }`. */
export const works = {
  'matmul 64': (library) => product(library, 64),
  'matmul 256': (library) => product(library, 256),
  'matmul 512': (library) => product(library, 512),
  'MLP step, batch 1': (library) => trainer(library, [784], mlp, 1),
  'MLP step, batch 64': (library) => trainer(library, [784], mlp, 64),
  'CNN step, batch 64': (library) => trainer(library, [28, 28, 1], cnn, 64),
  'LSTM step, batch 32': (library) =>
    trainer(library, [20, 8], (l) => [l.lstm({ units: 32 }), l.dense({ units: 10, activation: 'softmax' })], 32),
  'simple RNN step, batch 32': (library) =>
    trainer(library, [20, 8], (l) => [l.simpleRnn({ units: 32 }), l.dense({ units: 10, activation: 'softmax' })], 32),
  'eager add, 64 values': (library) => eager(library, 64, 'add'),
  'eager add, 100,000 values': (library) => eager(library, 100_000, 'add'),
  'eager add, broadcast': broadcast,
  'grad of sum(x sin x), 64 values': gradient,
  'predictor 784-128-10': predictor,
  'fit, 6,000 MNIST rows': fitting,
  'fit, 4,000 small rows, batch 4': fittingSmall,
};

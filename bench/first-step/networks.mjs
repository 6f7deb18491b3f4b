// The networks of the lectures and examples, and deep ones: batch, shape of a sample, layers, and the loss where it is
// not cross-entropy.
import * as layers from 'wasmgrad/layers';

const { batchNorm, conv2d, dense, embedding, flatten, gru, lstm, maxPool2d, simpleRnn } = layers;
const classes = () => dense({ units: 10, activation: 'softmax' });
const relu = (units) => dense({ units, activation: 'relu' });
const times = (count, make) => Array.from({ length: count }, make).flat();
const convolution = () => conv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' });

export const networks = {
  xor: () => ({
    batch: 4,
    inputShape: [2],
    layers: [dense({ units: 2, activation: 'sigmoid' }), dense({ units: 1, activation: 'sigmoid' })],
    loss: 'binaryCrossEntropy',
  }),
  logistic: () => ({
    batch: 64,
    inputShape: [8],
    layers: [dense({ units: 1, activation: 'sigmoid' })],
    loss: 'binaryCrossEntropy',
  }),
  controller: () => ({
    batch: 32,
    inputShape: [12],
    layers: [dense({ units: 32, activation: 'tanh' }), dense({ units: 32, activation: 'tanh' }), dense({ units: 4 })],
    loss: 'halfMeanSquaredError',
  }),
  attitude: () => ({
    batch: 32,
    inputShape: [9],
    layers: [relu(64), dense({ units: 4 }), layers.unitQuaternion()],
    loss: 'halfMeanSquaredError',
  }),
  digits: () => ({ batch: 64, inputShape: [784], layers: [relu(128), classes()] }),
  images: () => ({
    batch: 64,
    inputShape: [28, 28, 1],
    layers: [
      conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
      maxPool2d({ poolSize: 2 }),
      flatten(),
      relu(20),
      classes(),
    ],
  }),
  elman: () => ({ batch: 16, inputShape: [50, 16], layers: [simpleRnn({ units: 64 }), classes()] }),
  lstm: () => ({ batch: 16, inputShape: [50, 16], layers: [lstm({ units: 64 }), classes()] }),
  gru: () => ({ batch: 16, inputShape: [50, 16], layers: [gru({ units: 64 }), classes()] }),
  characters: () => ({
    batch: 16,
    inputShape: [20],
    layers: [embedding({ inputDim: 32, outputDim: 16 }), lstm({ units: 64 }), classes()],
  }),
  '50 dense': () => dense50(49),
  '50 convolutions': () => deepConvolution(50),
};

const dense50 = (count) => ({ batch: 32, inputShape: [64], layers: [...times(count, () => relu(64)), classes()] });

const deepConvolution = (count) => ({
  batch: 8,
  inputShape: [12, 12, 8],
  layers: [...times(count, () => [convolution(), batchNorm()]), flatten(), classes()],
});

/** Networks of any depth. */
export const deep = {
  dense: (depth) => ({ batch: 4, inputShape: [16], layers: [...times(depth - 1, () => relu(16)), classes()] }),
  convolutions: (depth) => ({
    batch: 4,
    inputShape: [8, 8, 4],
    layers: [
      ...times(depth - 1, () => [
        conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
        batchNorm(),
      ]),
      flatten(),
      classes(),
    ],
  }),
};

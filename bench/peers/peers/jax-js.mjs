// jax-js on its wasm backend: the whole step, including Adam, inside one jit.
import { createRequire } from 'node:module';
import * as jax from '@jax-js/jax';
import { batchOf, initialWeights, withShapes } from '../support/data.mjs';

const { numpy: np, lax, nn, tree } = jax;
await jax.init('wasm'); // a bare init() looks for browser devices
jax.defaultDevice('wasm');

export const label = 'jax-js';
export const version = readVersion();

function readVersion() {
  const path = createRequire(import.meta.url).resolve('@jax-js/jax');
  return createRequire(path)('../package.json').version;
}

/** Using an array frees it; `.ref` keeps it for another use. */
function activate(name, z) {
  if (name === 'relu') return nn.relu(z);
  if (name === 'tanh') return np.tanh(z);
  if (name === 'sigmoid') return nn.sigmoid(z);
  return z; // softmax and the last sigmoid are part of the loss
}

function initial(layers) {
  return layers.map(({ kind, inputShape, units, filters, kernelSize }, i) => {
    if (kind === 'dense')
      return {
        w: np.array(initialWeights(inputShape[0], units, i + 1)).reshape([inputShape[0], units]),
        b: np.zeros([units]),
      };
    if (kind === 'conv2d') {
      const inputs = inputShape[2] * kernelSize ** 2;
      return {
        w: np.array(initialWeights(inputs, filters, i + 1)).reshape([inputs, filters]),
        b: np.zeros([filters]),
      };
    }
    return {};
  });
}

/** Patches [B, h, w, k*k*c] by slices, then one product: about twice as fast here as lax.convGeneralDilated. */
function convolve(x, { w, b }, { kernelSize, outputShape: [height, width] }) {
  const patches = [];
  for (let i = 0; i < kernelSize; i++)
    for (let j = 0; j < kernelSize; j++) patches.push(x.ref.slice([], [i, i + height], [j, j + width], []));
  x.dispose();
  return np.matmul(np.concatenate(patches, -1), w).add(b);
}

function pool(x, { poolSize, inputShape: [height, width, channels] }) {
  const [h, w] = [Math.floor(height / poolSize), Math.floor(width / poolSize)];
  const [rows] = x.shape;
  return np.max(x.reshape([rows, h, poolSize, w, poolSize, channels]), [2, 4]);
}

function forward(layers, parameters, x, keepLast) {
  let value = x;
  layers.forEach((layer, i) => {
    const { kind, activation } = layer;
    if (kind === 'dense') {
      const z = np.matmul(value, parameters[i].w).add(parameters[i].b);
      value = keepLast || i < layers.length - 1 ? activate(activation, z) : z;
    } else if (kind === 'conv2d') value = activate(activation, convolve(value, parameters[i], layer));
    else if (kind === 'maxPool2d') value = pool(value, layer);
    else if (kind === 'flatten') value = value.reshape([value.shape[0], -1]);
  });
  return value;
}

/** Mean cross-entropy of logits: log(1 + exp(-|z|)) + max(z, 0) - z y, or -log softmax at the class. */
function lossOf(z, y, classes) {
  if (classes > 1) return np.mean(np.sum(nn.logSoftmax(z, -1).mul(y), -1)).neg();
  return np.mean(nn.softplus(z.ref).sub(z.mul(y)));
}

function updates({ name, learningRate }) {
  if (name === 'sgd')
    return {
      start: () => ({}),
      apply: (state, parameters, gradients) => [
        state,
        tree.map((p, g) => p.sub(g.mul(learningRate)), parameters, gradients),
      ],
    };
  return {
    start: (parameters) => ({
      m: tree.map((p) => np.zeros(p.shape), parameters),
      v: tree.map((p) => np.zeros(p.shape), parameters),
      b1: np.array(1),
      b2: np.array(1),
    }),
    apply: (state, parameters, gradients) => {
      const [b1, b2] = [state.b1.mul(0.9), state.b2.mul(0.999)];
      const m = tree.map((old, g) => old.mul(0.9).add(g.ref.mul(0.1)), state.m, gradients);
      const v = tree.map((old, g) => old.mul(0.999).add(g.ref.mul(g).mul(0.001)), state.v, gradients);
      const rate = np.array(learningRate).div(np.array(1).sub(b1.ref));
      const correction = np.sqrt(np.array(1).sub(b2.ref));
      const next = tree.map(
        (p, mean, square) => p.sub(mean.ref.mul(rate.ref).div(np.sqrt(square.ref).div(correction.ref).add(1e-8))),
        parameters,
        m,
        v,
      );
      rate.dispose();
      correction.dispose();
      return [{ m, v, b1, b2 }, next];
    },
  };
}

export function build(workload) {
  const layers = withShapes(workload);
  const { x: values, y: labels, classes } = batchOf(workload);
  const { batch, inputShape } = workload;
  const x = np.array(values).reshape([batch, ...inputShape]);
  let parameters = initial(layers);
  if (workload.kind === 'predict') {
    const last = layers.at(-1).activation;
    const answer = jax.jit((p, input) => {
      const z = forward(layers, p, input, true);
      return last === 'softmax' ? nn.softmax(z, -1) : z;
    });
    return () => answer(tree.ref(parameters), np.array(values).reshape([batch, ...inputShape])).dataSync();
  }
  const y =
    classes === 1
      ? np.array(Float32Array.from(labels)).reshape([batch, 1])
      : nn.oneHot(np.array(labels, { dtype: np.int32 }), classes);
  const optimizer = updates(workload.optimizer);
  let state = optimizer.start(tree.ref(parameters));
  const step = jax.jit((p, s, input, target) => {
    const [loss, gradients] = jax.valueAndGrad((q) => lossOf(forward(layers, q, input, false), target, classes))(
      tree.ref(p),
    );
    const [nextState, next] = optimizer.apply(s, p, gradients);
    return [next, nextState, loss];
  });
  return () => {
    const [next, nextState, loss] = step(parameters, state, x.ref, y.ref);
    parameters = next;
    state = nextState;
    return loss.dataSync()[0];
  };
}

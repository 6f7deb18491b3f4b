// This library, as built in dist/ of the checkout.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { batchOf, randomValues, sizeOf, tokensOf } from '../support/data.mjs';

const dist = new URL('../../../dist/', import.meta.url);
const [core, layers, losses, models, optimizers] = await Promise.all(
  ['index', 'layers', 'losses', 'models', 'optimizers'].map((name) => import(new URL(`${name}.js`, dist))),
);
const threads = Number(process.env.PEER_THREADS ?? 1);
await core.init({ threads, simd: process.env.PEER_SIMD ?? 'strict' });

export const label = 'wasmgrad';
export const { version } = JSON.parse(readFileSync(new URL('../package.json', dist), 'utf8'));

/** Attention, then a small network for every step, each of them normalised before and added to what came in. */
function transformerBlock({ heads, keyDim, hidden, activation }, x) {
  const { addLayers, dense, layerNorm, multiHeadAttention, timeDistributed } = layers;
  const { connect } = models;
  const width = x.shape.at(-1);
  const attended = connect(
    addLayers(),
    x,
    connect([layerNorm(), multiHeadAttention({ heads, keyDim, causal: true })], x),
  );
  const wide = timeDistributed(dense({ units: hidden, activation }));
  const narrow = timeDistributed(dense({ units: width }));
  return connect(addLayers(), attended, connect([layerNorm(), wide, narrow], attended));
}

function modelOf(workload) {
  const { inputShape } = workload;
  if (!workload.tokens) {
    const stack = workload.layers.map(({ kind, ...options }) => layers[kind](options));
    return models.sequential({ inputShape, seed: 1 }, stack);
  }
  const input = models.input({ shape: inputShape });
  const output = workload.layers.reduce((x, { kind, ...options }) => {
    if (kind === 'transformerBlock') return transformerBlock(options, x);
    const layer = layers[kind](options);
    return models.connect(kind === 'dense' ? layers.timeDistributed(layer) : layer, x);
  }, input);
  return models.model({ inputs: input, outputs: output, seed: 1 });
}

function buildOperation({ operation, shape, axis }) {
  const x = core.tensor(randomValues(sizeOf(shape)), shape);
  const run = axis === undefined ? () => core[operation](x) : () => core[operation](x, { axis });
  return () => run().dispose();
}

const FUNCTIONS = {
  sinExp: (x) => core.sum(core.mul(core.sin(x), core.exp(x))),
  rosenbrock(x) {
    const { add, mul, slice, square, sub, sum } = core;
    const count = x.size - 1;
    const [first, next] = [slice(x, [0], [count]), slice(x, [1], [count])];
    return sum(add(mul(square(sub(next, square(first))), 100), square(sub(1, first))));
  },
};

function buildTransformation({ transformation, function: name, shape }) {
  const x = core.tensor(randomValues(sizeOf(shape)), shape);
  const run = core[transformation](FUNCTIONS[name]);
  return () => run(x).dispose();
}

/** Loss and targets. */
function objectiveOf({ loss }, { x, y, classes }) {
  if (loss === 'meanSquaredError') return { loss: losses.meanSquaredError(), targets: x };
  if (classes === 1) return { loss: losses.binaryCrossEntropy(), targets: Float32Array.from(y) };
  return { loss: losses.crossEntropy(), targets: y };
}

export function build(workload) {
  if (workload.kind === 'operation') return buildOperation(workload);
  if (workload.kind === 'transformation') return buildTransformation(workload);
  if (workload.layers.some(({ kind }) => kind !== 'transformerBlock' && !(kind in layers))) return undefined;
  const model = modelOf(workload);
  const data = workload.tokens ? tokensOf(workload) : batchOf(workload);
  const { x, classes } = data;
  if (workload.kind === 'predict') {
    const predictor = model.predictor({ batchSize: workload.batch });
    const input = x.slice(0, workload.batch * sizeOf(workload.inputShape));
    const output = new Float32Array(workload.batch * classes);
    return () => {
      predictor(input, output);
      return output;
    };
  }
  const { name, learningRate } = workload.optimizer;
  const { loss, targets } = objectiveOf(workload, data);
  const trainer = model.trainer({ loss, optimizer: optimizers[name]({ learningRate }), batchSize: workload.batch });
  return () => trainer.step(x, targets);
}

// This library, as built in dist/ of the checkout.
import { readFileSync } from 'node:fs';
import { batchOf, randomValues, sizeOf, tokensOf } from '../support/data.mjs';

const dist = new URL('../../../dist/', import.meta.url);
const [core, layers, losses, models, optimizers] = await Promise.all(
  ['index', 'layers', 'losses', 'models', 'optimizers'].map((name) => import(new URL(`${name}.js`, dist))),
);
await core.init({ threads: 1 });

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

export function build(workload) {
  if (workload.kind === 'operation') return buildOperation(workload);
  if (workload.layers.some(({ kind }) => kind !== 'transformerBlock' && !(kind in layers))) return undefined;
  const model = modelOf(workload);
  const { x, y, classes } = workload.tokens ? tokensOf(workload) : batchOf(workload);
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
  const loss = classes === 1 ? losses.binaryCrossEntropy() : losses.crossEntropy();
  const trainer = model.trainer({ loss, optimizer: optimizers[name]({ learningRate }), batchSize: workload.batch });
  const targets = classes === 1 ? Float32Array.from(y) : y;
  return () => trainer.step(x, targets);
}

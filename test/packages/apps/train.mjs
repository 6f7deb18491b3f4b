// An app that trains: XOR from scratch. It leaves its result where both Node and a page can be asked for it.
import { init } from 'wasmgrad';
import { dataset } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { binaryCrossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';

const inputs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const targets = [[0], [1], [1], [0]];

/** The last loss, what the model then answers, and its weights. */
async function train(worker) {
  const model = sequential({ inputShape: [2], seed: 4 }, [
    dense({ units: 8, activation: 'tanh' }),
    dense({ units: 1, activation: 'sigmoid' }),
  ]);
  const { epochs } = await model.fit(dataset(inputs, targets), {
    loss: binaryCrossEntropy(),
    optimizer: adam({ learningRate: 0.1 }),
    batchSize: 4,
    epochs: 200,
    worker,
  });
  const answers = model.predict(inputs).data();
  const weights = Object.values(model.getWeights()).flatMap((values) => [...values]);
  model.dispose();
  return { loss: epochs.at(-1).loss, answers: Array.from(answers, Math.round), weights };
}

async function main() {
  await init();
  const { weights, ...result } = await train(false);
  const elsewhere = await train(true);
  return { ...result, sameInWorker: JSON.stringify({ ...result, weights }) === JSON.stringify({ ...elsewhere }) };
}

globalThis.wasmgradResult = main().then(JSON.stringify, String);
globalThis.wasmgradResult.then((result) => console.log(result));

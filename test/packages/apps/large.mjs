// A page that trains on batches which take long, where it is told to.
import { init } from 'wasmgrad';
import { dataset } from 'wasmgrad/data';
import { dense, dropout } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';

const [ROWS, WIDTH] = [8192, 784];

await init();
const model = sequential({ inputShape: [WIDTH], seed: 1 }, [
  dense({ units: 256, activation: 'relu' }),
  dropout({ rate: 0.2 }),
  dense({ units: 10, activation: 'softmax' }),
]);
const x = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => ((i * 2654435761) % 1000) / 1000);
const y = Int32Array.from({ length: ROWS }, (_, i) => i % 10);
const data = dataset(x, y);

globalThis.fit = async (worker) => {
  const options = { loss: crossEntropy(), optimizer: adam(), batchSize: ROWS / 2, epochs: 2, validation: data, worker };
  const { epochs } = await model.fit(data, options);
  return epochs.length;
};

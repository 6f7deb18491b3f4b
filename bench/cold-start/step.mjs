// The first batch of 64 through a training step of 784-128-10, as early as a process can.
import { init } from 'wasmgrad';
import { dense } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';

const imported = performance.now();
await init();
const initialised = performance.now();
const model = sequential({ inputShape: [784], seed: 1 }, [
  dense({ units: 128, activation: 'relu' }),
  dense({ units: 10, activation: 'softmax' }),
]);
const trainer = model.trainer({ loss: crossEntropy(), optimizer: adam({ learningRate: 1e-3 }), batchSize: 64 });
const x = Float32Array.from({ length: 64 * 784 }, (_, i) => (i % 255) / 255);
const y = Int32Array.from({ length: 64 }, (_, i) => i % 10);
const built = performance.now();
const loss = trainer.step(x, y);
const stepped = performance.now();
console.log(
  JSON.stringify({ loss, imported, init: initialised - imported, build: built - initialised, step: stepped - built }),
);

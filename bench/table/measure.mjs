// Reads a table, encodes it and trains an epoch; prints seconds and memory as JSON. Started by run.ts.
import { readFileSync, statSync } from 'node:fs';
import { init } from 'wasmgrad';
import { table } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';

const [path] = process.argv.slice(2);
await init({ threads: 1 });
/** Largest memory so far, in bytes. */
const peak = () => process.resourceUsage().maxRSS * 1024;
const before = peak();
const start = performance.now();
const read = table(readFileSync(path, 'latin1'), { label: 'bought' });
const parsed = performance.now();
const { dataset, preprocessing } = read;
const encoded = performance.now();
const model = sequential({ inputShape: preprocessing.inputShape }, [
  dense({ units: 32, activation: 'relu' }),
  dense({ units: 2, activation: 'softmax' }),
]);
const atEncoded = peak();
const { epochs } = await model.fit(dataset, { loss: crossEntropy(), optimizer: adam(), batchSize: 256 });
const end = performance.now();
console.log(
  JSON.stringify({
    rows: read.size,
    inputs: preprocessing.inputs.length,
    loss: epochs[0].loss,
    bytes: statSync(path).size,
    before,
    seconds: { read: parsed - start, encode: encoded - parsed, epoch: end - encoded, all: end - start },
    memory: { encoded: atEncoded - before, all: peak() - before },
  }),
);

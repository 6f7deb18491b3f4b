// Trains with every optimiser, side by side, from the checkpoints that are there to the end: training.ts FOLDER
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { init } from '../../../src/runtime/init.js';
import { checkpoint, resume } from '../../../src/io/index.js';
import { fitOptions, network, optimizers, samples, weightHash } from '../support/trainings.js';

const [, , folder = ''] = process.argv;
await init();
let steps = 0;
const onBatchEnd = (): void => console.log(`step ${++steps} of this process`);
const runs = Object.entries(optimizers).map(async ([name, make]) => {
  const path = join(folder, name);
  const model = network();
  const options = { ...fitOptions(make()), callbacks: [checkpoint(path, { every: 1 })], onBatchEnd };
  await (existsSync(path) ? resume(path, model, samples(), options) : model.fit(samples(), options));
  console.log(`${name}: ${weightHash(model)}`);
});
await Promise.all(runs);

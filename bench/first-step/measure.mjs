// Measures in a process of its own, and prints JSON: `node measure.mjs NAME` the first step of a network, cold and then
// with a second model; `node measure.mjs depth KIND` the recording of deeper and deeper networks.
import { init } from 'wasmgrad';
import * as losses from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import { deep, networks } from './networks.mjs';

const DEPTHS = [10, 50, 100, 200];
const ROUNDS = 8;
const STEPS = 20;

const sizeOf = (shape) => shape.reduce((product, size) => product * size, 1);

/** Milliseconds of `body`: on the clock, or of the processor where other programs have interrupted it. */
function time(body) {
  const [start, used] = [performance.now(), process.cpuUsage()];
  body();
  const took = performance.now() - start;
  const { user, system } = process.cpuUsage(used);
  return took > 1 ? Math.min(took, (user + system) / 1000) : took;
}

/** A model with its trainer and a batch; classes are given as indices, which `labels` says. */
function make({ batch, inputShape, layers, loss = 'crossEntropy' }) {
  const model = sequential({ inputShape, seed: 1 }, layers);
  const trainer = model.trainer({ loss: losses[loss](), optimizer: adam({ learningRate: 1e-9 }), batchSize: batch });
  const labels = loss === 'crossEntropy';
  const x = new Float32Array(batch * sizeOf(inputShape)).fill(layers[0].indices ? 1 : 0.5);
  const y = labels ? new Int32Array(batch) : new Float32Array(batch * sizeOf(model.outputShape));
  return { model, trainer, x, y, batch, labels };
}

/** The phases: building the model, recording the step, its first run with the copies of the batch, a later step. */
function phases(network) {
  let made;
  const build = time(() => (made = make(network)));
  const { model, trainer, x, y, batch, labels } = made;
  const recording = time(() => trainer.programs.get(batch, false, labels));
  const run = time(() => trainer.step(x, y));
  const later = Math.min(...Array.from({ length: STEPS }, () => time(() => trainer.step(x, y))));
  trainer.dispose();
  model.dispose();
  return { build, recording, run, later };
}

/** The least milliseconds of recording, by depth. */
function overDepth(network) {
  const best = new Map(DEPTHS.map((depth) => [depth, Infinity]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const depth of DEPTHS) {
      const { recording } = phases(network(depth));
      best.set(depth, Math.min(best.get(depth), recording));
    }
  }
  return Object.fromEntries(best);
}

await init({ threads: 1 });
const [name, kind] = process.argv.slice(2);
if (name === 'depth') console.log(JSON.stringify(overDepth(deep[kind])));
else {
  const cold = phases(networks[name]());
  const warm = phases(networks[name]());
  console.log(JSON.stringify({ cold, warm }));
}

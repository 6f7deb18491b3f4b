// A training that sleeps for a second: what is measured is all the rest.
import { dense } from 'wasmgrad/layers';
import { meanSquaredError } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { sgd } from 'wasmgrad/optimizers';
import { defineTrials } from 'wasmgrad/selection';

/** @type {(point: { learningRate: number }, context: { seed: number }) => Promise<import('wasmgrad/models').Model>} */
async function build(_, { seed }) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return sequential({ inputShape: [1], seed }, [dense({ units: 1 })]);
}

export default defineTrials({ build, fit: { loss: meanSquaredError(), optimizer: sgd() } });

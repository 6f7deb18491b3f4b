// What the workers of the grid search train: they import this module. Rate, batch size and epochs of a point take
// their places among the options of `fit` by themselves.
import { crossEntropy } from 'wasmgrad/losses';
import { adam } from 'wasmgrad/optimizers';
import { defineTrials } from 'wasmgrad/selection';
import { plainNetwork } from './study.js';

export default defineTrials({
  build: ({ units }: { readonly units: number }, { seed }) => plainNetwork(units, seed),
  fit: { loss: crossEntropy(), optimizer: adam(), metrics: ['accuracy'] },
});

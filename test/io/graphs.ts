// Functional models of every form, for tests of their files.
import { addLayers, concatenate, dense, flatten, lstm, timeDistributed } from '../../src/layers/index.js';
import { connect, input, model, type Model } from '../../src/models/index.js';

/** Two inputs with names, of different rank, a residual, a shared layer, three outputs with names. */
function named(): Model {
  const [left, right] = [input({ shape: [3] }), input({ shape: [2, 2] })];
  const shared = dense({ units: 4, activation: 'tanh' });
  const a = connect(shared, connect(dense({ units: 3 }), left));
  const b = connect(shared, connect([flatten(), dense({ units: 3, name: 'own' })], right));
  const sum = connect(addLayers(), a, b);
  const outputs = { kind: connect(dense({ units: 2, activation: 'softmax' }), sum), sum, grid: connect(timeDistributed(dense({ units: 2 })), right) }; // prettier-ignore
  return model({ inputs: { left, right }, outputs, seed: 1 });
}

/** Inputs and outputs in order; one input is an output, too. */
function inOrder(): Model {
  const [x, y] = [input({ shape: [2] }), input({ shape: [3] })];
  const both = connect(concatenate(), x, y);
  return model({ inputs: [x, y], outputs: [connect(dense({ units: 2 }), both), x], seed: 2 });
}

/** One input, two outputs. */
function forked(): Model {
  const x = input({ shape: [4, 2] });
  const state = connect(lstm({ units: 3 }), x);
  return model({ inputs: x, outputs: [connect(dense({ units: 1 }), state), state], seed: 3 });
}

/** Two inputs, one of them unused, one output. */
function joined(): Model {
  const [x, y, unused] = [input({ shape: [2] }), input({ shape: [2] }), input({ shape: [3] })];
  return model({ inputs: [x, y, unused], outputs: connect(dense({ units: 2 }), connect(addLayers(), x, y)), seed: 4 });
}

/** One input and one output, with names, and a way around a layer. */
function residual(): Model {
  const x = input({ shape: [3] });
  const y = connect(addLayers(), x, connect([dense({ units: 3 }), dense({ units: 3 })], x));
  return model({ inputs: { x }, outputs: { y }, seed: 5 });
}

export const graphs: Readonly<Record<string, () => Model>> = { named, inOrder, forked, joined, residual };

// Several kinds of models with data for each, small enough to be trained thousands of times.
import { dataset, type Dataset } from '../../../src/data/index.js';
import { mean, mul, sub } from '../../../src/index.js';
import { batchNorm, concatenate, conv2d, dense, dropout, flatten, l2, lstm } from '../../../src/layers/index.js';
import { huber, meanSquaredError, type Loss } from '../../../src/losses/index.js';
import { connect, input, model, sequential, type Model } from '../../../src/models/index.js';
import { numbers } from '../../support/slices.js';

const ROWS = 20;

/** Every epoch ends with a short batch. */
export const BATCH = 8;

export interface Kind {
  readonly build: () => Model;
  readonly loss: Loss;
  readonly data: Dataset;
  /** A batch, for `Trainer.step` and `predict`. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly lengths?: readonly number[];
}

function kind(loss: Loss, shape: readonly number[], build: () => Model, lengths?: readonly number[]): Kind {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const x = Float32Array.from(numbers(ROWS * size, 3));
  const y = Float32Array.from(numbers(ROWS, 4));
  const data = dataset(x, y, { shape, ...(lengths && { lengths }) });
  const batch = { x: x.slice(0, BATCH * size), y: y.slice(0, BATCH) };
  return { build, loss, data, ...batch, ...(lengths && { lengths: lengths.slice(0, BATCH) }) };
}

function forked(): Model {
  const x = input({ shape: [4] });
  const halves = [connect(dense({ units: 3, activation: 'tanh' }), x), connect(dense({ units: 2 }), x)];
  return model({ inputs: [x], outputs: connect(dense({ units: 1 }), connect(concatenate(), ...halves)) });
}

/** The models, by name. */
export const kinds: Readonly<Record<string, Kind>> = {
  dense: kind(meanSquaredError(), [4], () =>
    sequential({ inputShape: [4] }, [
      dense({ units: 5, activation: 'relu', kernelRegularizer: l2(0.01) }),
      batchNorm(),
      dropout({ rate: 0.2 }),
      dense({ units: 1 }),
    ]),
  ),
  conv: kind(huber(), [5, 5, 2], () =>
    sequential({ inputShape: [5, 5, 2] }, [conv2d({ filters: 3, kernelSize: 3 }), flatten(), dense({ units: 1 })]),
  ),
  lstm: kind(
    meanSquaredError(),
    [4, 2],
    () => sequential({ inputShape: [4, 2] }, [lstm({ units: 3 }), dense({ units: 1 })]),
    Array.from({ length: ROWS }, (_, i) => 1 + (i % 4)),
  ),
  functional: kind(meanSquaredError(), [4], forked),
  'own loss': kind(
    (prediction, target) => {
      const difference = sub(prediction, target);
      return mean(mul(difference, difference));
    },
    [4],
    () => sequential({ inputShape: [4] }, [dense({ units: 3, activation: 'gelu' }), dense({ units: 1 })]),
  ),
};

import * as losses from '../../../src/losses/index.js';
import type { Tensor } from '../../../src/index.js';
import type { Row, Rows } from '../row.js';
import type { World } from '../world.js';

const factories = {
  binaryCrossEntropy: losses.binaryCrossEntropy,
  binaryFocalCrossEntropy: losses.binaryFocalCrossEntropy,
  categoricalFocalCrossEntropy: losses.categoricalFocalCrossEntropy,
  categoricalHinge: losses.categoricalHinge,
  cosineSimilarity: losses.cosineSimilarity,
  crossEntropy: losses.crossEntropy,
  halfMeanSquaredError: losses.halfMeanSquaredError,
  hinge: losses.hinge,
  huber: losses.huber,
  klDivergence: losses.klDivergence,
  logCosh: losses.logCosh,
  meanAbsoluteError: losses.meanAbsoluteError,
  meanSquaredError: losses.meanSquaredError,
  poisson: losses.poisson,
  squaredHinge: losses.squaredHinge,
};

/** Options that are not in the `config` of a loss without them. */
const more: Readonly<Record<string, object>> = {
  binaryCrossEntropy: { positiveWeight: [1, 2, 3] },
  crossEntropy: { labelSmoothing: 0.1, ignoreIndex: -100 },
};

/** The factories of losses, and the losses themselves. */
export function lossRows(w: () => World): Rows {
  const made = Object.entries(factories).flatMap(([name, factory]): [string, Row][] => {
    const loss = factory();
    return [
      [
        `losses/${name}`,
        {
          room: 'losses',
          call: factory,
          args: () => [[{ ...loss.config }], [{ reduction: 'sum', ...more[name] }], []],
        },
      ],
      [
        `returned by ${name}`,
        {
          room: 'losses',
          call: (prediction: Tensor, target: Tensor, weights?: Tensor) => loss(prediction, target, weights),
          args: () => [[w().y, w().y, w().pair], ...(name === 'crossEntropy' ? [[w().y, w().indices]] : [])],
          names: [name],
        },
      ],
    ];
  });
  const ctc = losses.ctc();
  return {
    ...Object.fromEntries(made),
    'losses/ctc': {
      room: 'losses',
      call: losses.ctc,
      args: () => [[{ ...ctc.config }], [{ reduction: 'sum', blank: 2, zeroInfinity: true }], []],
    },
    'returned by ctc': {
      room: 'losses',
      call: (prediction: Tensor, target: Tensor<'i32'>, weights?: Tensor, lengths?: Tensor<'i32'>) =>
        ctc(prediction, target, weights, lengths),
      args: () => [
        [w().matrices, w().labels, w().pair, w().indices],
        [w().matrices, w().labels],
      ],
      names: ['ctc'],
    },
    'losses/fusedLoss': { room: 'losses', call: losses.fusedLoss, args: () => [[losses.crossEntropy(), 'softmax']] },
  };
}

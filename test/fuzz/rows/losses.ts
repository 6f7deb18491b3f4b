import * as losses from '../../../src/losses/index.js';
import type { Tensor } from '../../../src/index.js';
import type { Row, Rows } from '../row.js';
import type { World } from '../world.js';

const factories = {
  binaryCrossEntropy: losses.binaryCrossEntropy,
  crossEntropy: losses.crossEntropy,
  halfMeanSquaredError: losses.halfMeanSquaredError,
  huber: losses.huber,
  meanAbsoluteError: losses.meanAbsoluteError,
  meanSquaredError: losses.meanSquaredError,
};

/** The factories of losses, and the losses themselves. */
export function lossRows(w: () => World): Rows {
  const made = Object.entries(factories).flatMap(([name, factory]): [string, Row][] => {
    const loss = factory();
    return [
      [
        `losses/${name}`,
        { room: 'losses', call: factory, args: () => [[{ ...loss.config }], [{ reduction: 'sum' }], []] },
      ],
      [
        `returned by ${name}`,
        {
          room: 'losses',
          call: (prediction: Tensor, target: Tensor) => loss(prediction, target),
          args: () => [[w().y, w().y], ...(name === 'crossEntropy' ? [[w().y, w().indices]] : [])],
          names: [name],
        },
      ],
    ];
  });
  return {
    ...Object.fromEntries(made),
    'losses/fusedLoss': { room: 'losses', call: losses.fusedLoss, args: () => [[losses.crossEntropy(), 'softmax']] },
  };
}

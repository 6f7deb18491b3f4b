import { dense } from '../../../src/layers/index.js';
import { crossEntropy } from '../../../src/losses/index.js';
import { sequential, type Model } from '../../../src/models/index.js';
import { sgd } from '../../../src/optimizers/index.js';
import * as selection from '../../../src/selection/index.js';
import type { Callable, Row, Rows } from '../row.js';
import type { World } from '../world.js';

const build = (): Model => sequential({ inputShape: [3] }, [dense({ units: 2, activation: 'softmax' })]);

const endless = (key: string, label: string): boolean =>
  (/epochs|batchSize/.test(key) && /\d{9}|e\+300/.test(label)) || (key.includes('worker') && label.includes('true'));

/** Folds and searches. */
export function selectionRows(w: () => World): Rows {
  const row = (call: Callable, args: Row['args'], more?: Partial<Row>): Row => ({
    room: 'selection',
    call,
    args,
    ...more,
  });
  const fit = (): object => ({ loss: crossEntropy(), optimizer: sgd({ learningRate: 0 }), epochs: 1, batchSize: 8 });
  return {
    'selection/crossValidate': row(
      selection.crossValidate,
      () => [[build, w().data, { k: 2, seed: 1, stratified: true, ...fit() }]],
      { skip: endless },
    ),
    'selection/defineTrials': row(selection.defineTrials, () => [[{ build, fit: fit() }]]),
    'Trials.serve': row(selection.defineTrials({ build, fit: { loss: crossEntropy(), optimizer: sgd() } }).serve, () => [[]], {
      names: ['serve'],
    }), // prettier-ignore
    'selection/gridSearch': row(
      selection.gridSearch,
      () => [
        [
          {
            ...{ build, grid: { learningRate: [0.1], units: [2] }, data: w().data, folds: 2, fit: fit(), seed: 1 },
            ...{ executor: selection.inProcess(), stratified: false, monitor: 'loss', mode: 'min', progress: false },
            ...{ onTrial: () => 1, signal: new AbortController().signal },
          },
        ],
      ],
      { skip: endless, every: 2 },
    ),
    'selection/inProcess': row(selection.inProcess, () => [[]]),
    'Executor.start': { exempt: 'called by gridSearch, with a search it has checked' },
    'selection/kFold': row(selection.kFold, () => [[w().data, { k: 2, seed: 1, stratified: true }]]),
    'selection/workerPool': row(selection.workerPool, () => [
      [{ module: 'file:///trials.js', workers: 2 }],
      [{ spawn: () => undefined, workers: 2 }],
    ]),
  };
}

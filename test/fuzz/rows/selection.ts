import { dense } from '../../../src/layers/index.js';
import { crossEntropy } from '../../../src/losses/index.js';
import { sequential, type Model } from '../../../src/models/index.js';
import { sgd } from '../../../src/optimizers/index.js';
import * as selection from '../../../src/selection/index.js';
import type { Callable, Row, Rows } from '../row.js';
import type { World } from '../world.js';

const build = (): Model => sequential({ inputShape: [3] }, [dense({ units: 2, activation: 'softmax' })]);

const endless = (key: string, label: string): boolean =>
  (/epochs|batchSize|maxEpochs|trials|candidates/i.test(key) && /\d{9}|e\+300/.test(label)) ||
  (key.includes('worker') && label.includes('true'));

/** Folds and searches. */
export function selectionRows(w: () => World): Rows {
  const row = (call: Callable, args: Row['args'], more?: Partial<Row>): Row => ({
    room: 'selection',
    call,
    args,
    ...more,
  });
  const task = { trial: 0, point: { learningRate: 0.1 }, fold: 1, seed: 2 };
  const sharedSearch = (): selection.Search => {
    const run = (): never => {
      throw new Error('not here');
    };
    const splitting = { k: 2, seed: 1, stratified: true, timeOrdered: false };
    return { data: w().data, ...splitting, signal: undefined, run, evaluate: run };
  };
  // With one trial each: a search goes on after one that has failed, also for lack of memory.
  const spaceSearch = (): object => ({
    ...{ build, space: { learningRate: selection.logUniform(0.1, 1), units: [1, selection.choice([2])] } },
    ...{ data: w().data, holdOut: 0.5, fit: fit(), seed: 1, executor: selection.inProcess(), stratified: false },
    ...{ monitor: 'loss', mode: 'min', progress: false, refit: false, onTrial: () => 1, onReport: () => 1 },
    ...{ onState: () => 1, signal: new AbortController().signal },
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
    'selection/fingerprint': row(selection.fingerprint, () => [
      [{ trials: 'export default 1' }],
      [{ trials: Uint8Array.of(1, 2) }],
    ]),
    'selection/fingerprintMismatch': row(selection.fingerprintMismatch, () => [
      [selection.fingerprint({ trials: 'a' }), selection.fingerprint({ trials: 'b' })],
    ]),
    'selection/pack': row(selection.pack, () => [[{ a: [1, 'b', null], c: Float32Array.of(1) }]]),
    'selection/unpack': row(selection.unpack, () => [[selection.pack({ a: Float32Array.of(1) })]]),
    'selection/packError': row(selection.packError, () => [[new RangeError('too much')]]),
    'selection/unpackError': row(selection.unpackError, () => [[{ name: 'RangeError', message: 'too much' }]]),
    'selection/packSearch': row(selection.packSearch, () => [[sharedSearch()]]),
    'selection/openSearch': row(selection.openSearch, () => [[selection.packSearch(sharedSearch()).bytes]]),
    'selection/taskKey': row(selection.taskKey, () => [[task]]),
    'selection/runTask': row(
      selection.runTask,
      () => [
        [
          selection.defineTrials({ build, fit: { loss: crossEntropy(), optimizer: sgd() } }),
          selection.openSearch(selection.packSearch(sharedSearch()).bytes),
          { ...task, epochs: 1, keep: true, reports: true, prune: { monitor: 'loss', mode: 'min', limits: [9] } },
          { signal: new AbortController().signal, onReport: () => 1 },
        ],
      ],
      { skip: endless, names: ['runTask', 'gridSearch', 'resume'], every: 2 },
    ),
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
    'selection/uniform': row(selection.uniform, () => [[0, 1]]),
    'selection/logUniform': row(selection.logUniform, () => [[0.1, 1]]),
    'selection/integer': row(selection.integer, () => [[1, 4, { log: true }]]),
    'selection/choice': row(selection.choice, () => [[[1, selection.uniform(0, 1)]]]),
    'selection/randomSearch': row(
      selection.randomSearch,
      () => [[{ ...spaceSearch(), trials: 1, batch: 1, pruning: { rule: 'median', startup: 1, warmup: 1 } }]],
      { skip: endless, every: 4 },
    ),
    'selection/tpe': row(
      selection.tpe,
      () => [[{ ...spaceSearch(), trials: 1, batch: 1, startup: 1, gamma: 0.5, candidates: 2 }]],
      { skip: endless, every: 4 },
    ),
    'selection/successiveHalving': row(
      selection.successiveHalving,
      () => [[{ ...spaceSearch(), maxEpochs: 2, minEpochs: 1, eta: 2, trials: 1 }]],
      { skip: endless, every: 4 },
    ),
    'selection/hyperband': row(
      selection.hyperband,
      () => [[{ ...spaceSearch(), maxEpochs: 2, minEpochs: 1, eta: 2, trials: 1 }]],
      { skip: endless, every: 4 },
    ),
    'selection/inProcess': row(selection.inProcess, () => [[]]),
    'Executor.start': { exempt: 'called by gridSearch, with a search it has checked' },
    'selection/kFold': row(selection.kFold, () => [[w().data, { k: 2, seed: 1, stratified: true }]]),
    'selection/http': row(selection.http, () => [
      [
        {
          ...{ module: 'file:///trials.js', port: 80, host: 'localhost', token: 'abcdefgh', verify: 0.5, lostAfter: 9 },
          ...{ attempts: 2, onLink: () => 1, onLie: () => 1 },
        },
      ],
    ]),
    'selection/joinSearch': row(selection.joinSearch, () => [
      ['http://localhost:1/abcdefgh/', { module: 'file:///trials.js', signal: AbortSignal.abort(), onTask: () => 1 }],
    ]),
    'selection/workerPool': row(selection.workerPool, () => [
      [{ module: 'file:///trials.js', workers: 2 }],
      [{ spawn: () => undefined, workers: 2 }],
    ]),
  };
}

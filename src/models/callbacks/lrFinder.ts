import { withJointSignal } from '../../core/aborting.js';
import { finiteNumber, knownOptions, wholeNumber, show } from '../../core/checks.js';
import { inNameOf, NonFiniteError, refuse } from '../../core/errors.js';
import type { TrainingData } from '../../data/index.js';
import { Model, type FitOptions } from '../model.js';
import { write } from '../programs.js';

export interface LrFinderOptions extends Pick<
  FitOptions,
  'loss' | 'lossWeights' | 'optimizer' | 'batchSize' | 'seed' | 'signal' | 'worker' | 'accumulate'
> {
  /** Rate of the first batch, > 0. Default 1e-7. */
  readonly from?: number | undefined;
  /** Rate of the last batch, more than `from`. Default 10. */
  readonly to?: number | undefined;
  /** Batches, at least 2. Default 100. */
  readonly steps?: number | undefined;
}

/** What a search has found. */
export interface LrFinding {
  readonly rates: readonly number[];
  /** Smoothed loss of the batch with each rate. */
  readonly losses: readonly number[];
  /** The rate at which the loss falls fastest. */
  readonly suggestion: number;
}

/** Share of the past in a smoothed loss. */
const SMOOTHING = 0.9;

/**
 * Looks for a learning rate: trains with one that grows from batch to batch, until the loss is four times its best or
 * stops being finite. The weights are as before afterwards.
 *
 * @throws TypeError, RangeError; errors of `fit`
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dataset } from 'wasmgrad/data';
 * import { dense } from 'wasmgrad/layers';
 * import { meanSquaredError } from 'wasmgrad/losses';
 * import { lrFinder, sequential } from 'wasmgrad/models';
 * import { sgd } from 'wasmgrad/optimizers';
 * await init();
 * const model = sequential({ inputShape: [1] }, [dense({ units: 1 })]);
 * const data = dataset([[0], [1], [2], [3]], [[1], [3], [5], [7]]);
 * const { suggestion } = await lrFinder(model, data, { loss: meanSquaredError(), optimizer: sgd() });
 * console.log(suggestion > 1e-4 && suggestion < 1); // true
 * model.dispose();
 * ```
 */
export async function lrFinder(model: Model, data: TrainingData, options: LrFinderOptions): Promise<LrFinding> {
  const where = 'lrFinder';
  if (!((model as unknown) instanceof Model)) refuse(TypeError, where, 'a model', show(model));
  const {
    from = 1e-7,
    to = 10,
    steps = 100,
    signal,
    ...fit
  } = knownOptions(where, options, [
    ...['loss', 'lossWeights', 'optimizer', 'batchSize', 'seed', 'signal', 'worker', 'accumulate'],
    ...['from', 'to', 'steps'],
  ]);
  finiteNumber(where, 'from', from, { above: 0 });
  finiteNumber(where, 'to', to, { above: from });
  wholeNumber(where, 'steps', steps, { min: 2 });
  const rateOf = (i: number): number => from * (to / from) ** (i / (steps - 1));
  const losses: number[] = [];
  let mean = 0;
  const callback = {
    onTrainBegin: (control: { learningRate: number }) => (control.learningRate = from),
    onBatchEnd: ({ loss }: { loss: number }, control: { learningRate: number }) => {
      mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
      const smooth = mean / (1 - SMOOTHING ** (losses.length + 1));
      losses.push(smooth);
      if (losses.length < steps) control.learningRate = rateOf(losses.length);
      if (smooth > 4 * Math.min(...losses)) ending.abort();
    },
  };
  const ending = new AbortController();
  const weights = model.getWeights();
  try {
    await withJointSignal([signal, ending.signal], (joint) =>
      model.fit(data, { ...fit, signal: joint, stepsPerEpoch: steps, callbacks: [callback] }),
    );
  } catch (error) {
    if (!(error instanceof NonFiniteError) || losses.length < 2) throw inNameOf(where, error);
  } finally {
    // Not by setWeights, which needs memory of its own
    if (!model.disposed) for (const { name, tensor } of model.weights) write(tensor, weights[name] ?? []);
  }
  const rates = losses.map((_, i) => rateOf(i));
  return { rates, losses, suggestion: rates[steepest(losses)] ?? from };
}

/** Where the losses fall fastest, up to the smallest. The first few are means of too few batches to tell. */
function steepest(losses: readonly number[]): number {
  const last = losses.indexOf(Math.min(...losses));
  const first = Math.floor(losses.length / 10);
  const around = Math.ceil(losses.length / 20);
  const at = (i: number): number => losses[Math.min(Math.max(i, 0), last)] ?? 0;
  let found = first;
  let most = 0;
  for (let i = first; i < last; i++) {
    const slope = at(i + around) - at(i - around);
    if (slope < most) [found, most] = [i, slope];
  }
  return found;
}

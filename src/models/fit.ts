import { callable, finiteNumber, show } from '../core/checks.js';
import { FormatError, NonFiniteError, refuse } from '../core/errors.js';
import { Dataset, type TrainingData } from '../data/index.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { makeEvaluator } from './evaluate.js';
import type { CallbackOf, ControlOf } from './fitListeners.js';
import { checkFit, type FitOptionsOf, type FitPlan } from './fitOptions.js';
import { validationName, type EpochLog, type History } from './history.js';
import type { TrainableModel } from './inferenceModel.js';
import { assertAlive } from './inputs.js';
import { countParts } from './lossParts.js';
import type { BatchPrograms } from './programs.js';
import { Progress } from './progress.js';
import { RunningMean } from './runningMean.js';
import { restoreKept, restoreSnapshot, takeSnapshot, type KeptState, type TrainingSnapshot } from './snapshot.js';
import { Trainer } from './trainer.js';
import { loopHere, type BatchDone, type TrainingLoop } from './trainingLoop.js';
import { loopInWorker } from './worker/loopInWorker.js';

/** In the middle of an epoch, these options determine the remaining rows. */
function checkOrder(plan: FitPlan<never>, from: TrainingSnapshot): void {
  for (const name of ['batchSize', 'seed', 'shuffle'] as const)
    if (plan[name] !== from[name])
      refuse(
        RangeError,
        'fit',
        `${name} ${from[name]} as in the run to resume, which is within an epoch`,
        show(plan[name]),
      );
}

/** What models keep of their last training: plain arrays, freed with the model. */
const keptStates = new WeakMap<object, KeptState & { readonly optimizer: Optimizer }>();

/** The state that another training of the model goes on with. */
export function keptState(model: object): KeptState | undefined {
  return keptStates.get(model);
}

/** One call of `fit`: the loop over epochs and its state. */
class TrainingRun<M extends TrainableModel> {
  readonly #model: M;
  readonly #plan: FitPlan<M>;
  readonly #trainer: Trainer;
  readonly #loop: TrainingLoop;
  readonly #control: ControlOf<M>;
  #progress: Progress | undefined;
  readonly #log: EpochLog[] = [];
  /** The current epoch, from 0, and the number of its batches that are done. */
  #epoch = 0;
  #batch = 0;
  /** The epoch after the last. */
  #last: number;
  /** Means over these batches. */
  readonly #mean: RunningMean;
  /** NaN before the first batch. */
  #lastLoss = NaN;
  #stopping = false;
  /** When training began, and whether it has used up its time. */
  readonly #start = performance.now();
  #isLate = false;
  /** Time and state at the beginning of the epoch. */
  #began = 0;
  #rowsBefore = 0;
  readonly #means = (): Record<string, number> => this.#named(this.#mean);

  constructor(model: M, plan: FitPlan<M>, trainer: Trainer, evaluator: BatchPrograms | undefined) {
    this.#model = model;
    this.#plan = plan;
    this.#trainer = trainer;
    this.#mean = new RunningMean(plan.names.length, plan.metrics, countParts(plan.loss));
    this.#last = plan.epochs;
    const { state } = trainer;
    this.#control = {
      model,
      stop: () => (this.#stopping = true),
      snapshot: () => this.#snapshot(),
      get learningRate() {
        return state.optimizer.rateAt(state.steps);
      },
      set learningRate(rate) {
        state.optimizer.setRate(finiteNumber('fit', 'learningRate', rate, { min: 0 }), state.steps);
      },
    };
    const done: BatchDone = (values, at, rows, width) => this.#batchDone(values, at, rows, width);
    const parts = { plan, trainer, evaluator, done };
    this.#loop = plan.worker ? loopInWorker({ model, ...parts }) : loopHere(parts);
  }

  #snapshot(states: readonly unknown[] = this.#mean.states): TrainingSnapshot {
    const { seed, shuffle, batchSize } = this.#plan;
    const { sums, rows } = this.#mean;
    const position = { epoch: this.#epoch, batch: this.#batch, log: this.#log, sums, rows, states };
    return takeSnapshot(this.#model, this.#trainer, { ...position, seed, shuffle, batchSize });
  }

  async run(): Promise<History> {
    const { from } = this.#plan;
    const kept = this.#plan.reset ? undefined : keptStates.get(this.#model);
    if (from) this.#continue(from);
    else if (kept?.optimizer === this.#plan.optimizer) {
      restoreKept(this.#model, this.#trainer, kept);
      this.#epoch = kept.epoch;
    }
    this.#epoch = this.#plan.initialEpoch ?? this.#epoch;
    if (!from) this.#last += this.#epoch;
    if (this.#plan.progress) this.#progress = new Progress(this.#last);
    let stopped: History['stopped'];
    try {
      await this.#tell((listener) => listener.onTrainBegin?.(this.#control));
      stopped = await this.#epochs();
    } catch (error) {
      await this.#end().catch(() => undefined); // the caller must get the error that ended training
      throw error;
    } finally {
      await this.#loop.close?.();
      this.#keep();
    }
    await this.#end();
    return { epochs: this.#log, stopped };
  }

  /** Keeps what the next training with this optimizer goes on with. The weights are in the model. */
  #keep(): void {
    if (this.#model.disposed) return;
    const { weights: _, ...state } = this.#snapshot([]); // states of users' metrics may not be copyable
    keptStates.set(this.#model, { ...state, optimizer: this.#plan.optimizer });
  }

  #continue(from: TrainingSnapshot): void {
    const { names } = this.#plan;
    if (from.sums.length !== names.length)
      refuse(FormatError, 'resume', `running means of ${names.join(', ')}`, `${from.sums.length} numbers`);
    if (from.batch > 0) checkOrder(this.#plan, from);
    if (!this.#mean.restart(from.sums, from.rows, from.states))
      refuse(FormatError, 'resume', `states of ${names.join(', ')}`, show(from.states));
    restoreSnapshot(this.#model, this.#trainer, from);
    this.#epoch = from.epoch;
    this.#batch = from.batch;
    this.#log.push(...from.log);
  }

  async #tell(what: (listener: CallbackOf<M>) => unknown): Promise<void> {
    for (const listener of this.#plan.callbacks) await what(listener);
  }

  /** Calls `onTrainEnd` of every callback, even if one throws; then throws their first error. */
  async #end(): Promise<void> {
    const errors: unknown[] = [];
    await this.#tell(async (listener) => {
      try {
        await listener.onTrainEnd?.(this.#control);
      } catch (error) {
        errors.push(error);
      }
    });
    if (errors.length > 0) throw errors[0];
  }

  async #epochs(): Promise<History['stopped']> {
    while (this.#epoch < this.#last && !this.#stopping)
      if (!(await this.#runEpoch())) return this.#isLate ? 'timeLimit' : 'aborted';
    return this.#stopping ? 'earlyStopping' : 'completed';
  }

  get #seconds(): number {
    return Math.max((performance.now() - this.#began) / 1000, 1e-9);
  }

  /** Returns false when the signal ended it. */
  async #runEpoch(): Promise<boolean> {
    assertAlive('fit', 'model', this.#model);
    await this.#loop.open?.();
    this.#began = performance.now();
    this.#rowsBefore = this.#mean.rows;
    if (!(await this.#loop.train(this.#epoch, this.#batch))) return false;
    assertAlive('fit', 'model', this.#model);
    const samplesPerSecond = (this.#mean.rows - this.#rowsBefore) / this.#seconds;
    if (this.#mean.rows === 0) refuse(RangeError, 'fit', 'at least one batch in an epoch', 'none');
    await this.#tell((listener) => listener.onValidationBegin?.(this.#control));
    const validation = await this.#loop.validate();
    if (!validation) return false;
    await this.#epochDone(samplesPerSecond, validation);
    return true;
  }

  async #epochDone(samplesPerSecond: number, validation: RunningMean): Promise<void> {
    const own = this.#named(this.#mean);
    const { loss = NaN } = own;
    const values = { ...own, ...this.#named(validation, validationName) };
    const learningRate = this.#trainer.state.optimizer.rateAt(Math.max(0, this.#trainer.steps - 1));
    const log = { epoch: ++this.#epoch, ...values, loss, learningRate, seconds: this.#seconds, samplesPerSecond };
    this.#log.push(log);
    this.#batch = 0;
    this.#mean.restart();
    this.#progress?.epoch(log.epoch, values, log.seconds, samplesPerSecond);
    await this.#tell((listener) => listener.onEpochEnd?.(log, this.#control));
  }

  #named(mean: RunningMean, nameOf = (name: string) => name): Record<string, number> {
    return Object.fromEntries(mean.means.map((value, i) => [nameOf(this.#plan.names[i] ?? ''), value]));
  }

  #batchDone(values: Float32Array, at: number, rows: number, width: number): Promise<void> | undefined {
    const loss = values[at]!;
    this.#batch++;
    if (!Number.isFinite(loss)) this.#fail(loss);
    this.#lastLoss = loss;
    this.#mean.add(values, at, rows);
    const { clock, seconds } = this.#plan;
    if (clock && seconds && performance.now() - this.#start > 1000 * seconds) {
      this.#isLate = true;
      clock.abort();
    }
    if (this.#progress) this.#showBatch(this.#progress);
    return this.#plan.batchListeners === 'none' ? undefined : this.#tellBatch(loss, rows, values[at + width - 1]!);
  }

  #showBatch(progress: Progress): void {
    const { data } = this.#plan;
    const total = data instanceof Dataset ? data.size : undefined;
    const { rows } = this.#mean;
    progress.batch(this.#epoch + 1, rows, total, this.#means, this.#seconds, rows - this.#rowsBefore);
  }

  #tellBatch(loss: number, rows: number, gradientNorm: number): Promise<void> {
    const { state } = this.#trainer;
    const learningRate = state.optimizer.rateAt(Math.max(0, state.steps - 1));
    const log = { epoch: this.#epoch + 1, batch: this.#batch, loss, rows, learningRate, gradientNorm };
    return this.#tell((listener) => listener.onBatchEnd?.(log, this.#control));
  }

  /** A step that is not finite changes nothing, or is taken back: the weights are the last finite ones. */
  #fail(loss: number): never {
    const [epoch, batch] = [this.#epoch + 1, this.#batch];
    const lastLoss = Number.isNaN(this.#lastLoss) ? undefined : this.#lastLoss;
    throw new NonFiniteError(
      `fit: expected a finite loss, gradient and update, got loss ${loss} in epoch ${epoch}, batch ${batch} (last finite loss ${lastLoss ?? 'none'})`,
      { epoch, batch, lastLoss },
    );
  }
}

/** Weights that are being trained, by their states. Two trainings at once would change the same ones. */
const busy = new WeakSet<object>();

/** Trains by a checked plan. */
async function train<M extends TrainableModel>(model: M, plan: FitPlan<M>): Promise<History> {
  const { loss, optimizer, batchSize, seed, metrics, accumulate } = plan;
  const trainer = Trainer.of(
    model.network,
    { loss, optimizer, batchSize, seed },
    { where: 'fit', metrics, gathers: accumulate > 1, norms: plan.batchListeners !== 'none' },
  );
  let evaluator: BatchPrograms | undefined;
  let run: TrainingRun<M> | undefined;
  try {
    evaluator = plan.validation && makeEvaluator('fit', model.network, loss, metrics);
    run = new TrainingRun(model, plan, trainer, evaluator);
    return await run.run();
  } finally {
    trainer.dispose();
    evaluator?.dispose();
  }
}

/** @internal Behind `model.fit`. */
export async function fit<M extends TrainableModel>(
  model: M,
  data: TrainingData,
  options: FitOptionsOf<M>,
): Promise<History> {
  const plan = checkFit(model, data, options);
  const states = model.network.weights.map(({ state }) => state);
  if (states.some((state) => busy.has(state)))
    refuse(Error, 'fit', 'a model that is not being trained', 'one with a fit under way');
  for (const state of states) busy.add(state);
  const { signal, clock } = plan;
  const { receipt } = options;
  const abort = (): void => clock?.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  try {
    const finish = receipt && callable('fit', 'receipt', receipt)(model, data, options);
    const history = await train(model, clock ? { ...plan, signal: clock.signal } : plan);
    return finish ? finish(history) : history;
  } finally {
    signal?.removeEventListener('abort', abort);
    for (const state of states) busy.delete(state);
  }
}

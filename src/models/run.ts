import { DisposedError, FormatError, NonFiniteError } from '../core/errors.js';
import { Dataset, permutation } from '../data/index.js';
import { learningRateAt } from '../optimizers/optimizer.js';
import type { TrainingControl } from './callbacks.js';
import type { EpochLog } from './logs.js';
import { evaluateBatches } from './evaluate.js';
import { Evaluator } from './evaluator.js';
import { validationName, type FitPlan } from './fitOptions.js';
import { Listeners } from './listeners.js';
import type { Trainable } from './trainable.js';
import { Progress } from './progress.js';
import { RunningMean } from './runningMean.js';
import { rowBatches, streamedBatches, type TrainingBatch } from './samples.js';
import { restoreSnapshot, takeSnapshot, type TrainingSnapshot } from './snapshot.js';
import { Trainer } from './trainer.js';
import { Turns } from './turns.js';
import type { Standing } from './worker/messages.js';
import { RemoteTraining, type Tidings } from './worker/remote.js';

/** How training went. */
export interface History {
  /** One log an epoch that was completed. */
  readonly epochs: readonly EpochLog[];
  readonly stopped: 'completed' | 'earlyStopping' | 'aborted';
}

/** What is known of an epoch when its last batch has been trained on. */
interface EpochValues {
  readonly validation: Readonly<Record<string, number>>;
  /** Training rows a second. */
  readonly rate: number;
}

/** Rows a validation program takes at a time. */
const VALIDATION_ROWS = 256;

/** One call of `fit`: the loop over epochs and batches, and what is known while it runs. */
export class TrainingRun {
  readonly #model: Trainable;
  readonly #plan: FitPlan;
  readonly #trainer: Trainer;
  readonly #evaluator: Evaluator | undefined;
  readonly #names: readonly string[];
  readonly #log: EpochLog[] = [];
  readonly #turns = new Turns();
  readonly #progress: Progress | undefined;
  readonly #listeners: Listeners;
  #mean: RunningMean;
  /** As they were when the epoch began. */
  #weights: Readonly<Record<string, Float32Array>> = {};
  #epoch = 0;
  #batch = 0;
  #lastLoss: number | undefined;
  #stopping = false;
  #remote: RemoteTraining | undefined;

  constructor(model: Trainable, plan: FitPlan) {
    const { loss, optimizer, batchSize, seed, metrics } = plan;
    this.#model = model;
    this.#plan = plan;
    this.#trainer = new Trainer(model.network, { loss, optimizer, batchSize, seed }, metrics);
    this.#evaluator = plan.validation && new Evaluator(model.network, loss, metrics);
    this.#names = ['loss', ...metrics.map(({ name }) => name)];
    this.#mean = new RunningMean(this.#names.length);
    this.#progress = plan.progress ? new Progress(plan.epochs) : undefined;
    this.#listeners = new Listeners(plan, this.#control());
  }

  #control(): TrainingControl {
    const { seed, shuffle, batchSize } = this.#plan;
    return {
      model: this.#model,
      stop: () => {
        this.#stopping = true;
      },
      snapshot: () =>
        takeSnapshot(this.#model, this.#trainer, {
          epoch: this.#epoch,
          batch: this.#batch,
          log: this.#log,
          ...this.#mean.state,
          seed,
          shuffle,
          batchSize,
        }),
    };
  }

  async run(): Promise<History> {
    try {
      if (this.#plan.from) this.#continue(this.#plan.from);
      return await this.#runEpochs();
    } finally {
      await this.#remote?.close();
      this.#trainer.dispose();
      this.#evaluator?.dispose();
    }
  }

  async #runEpochs(): Promise<History> {
    let stopped: History['stopped'];
    try {
      await this.#listeners.begin();
      stopped = await this.#untilStopped();
    } catch (error) {
      await this.#listeners.end().catch(() => undefined); // what ended training is what the caller must hear of
      throw error;
    }
    await this.#listeners.end();
    return { epochs: this.#log, stopped };
  }

  async #untilStopped(): Promise<History['stopped']> {
    while (this.#epoch < this.#plan.epochs && !this.#stopping) if (!(await this.#runEpoch())) return 'aborted';
    return this.#stopping ? 'earlyStopping' : 'completed';
  }

  #continue(from: TrainingSnapshot): void {
    if (from.sums.length !== this.#names.length)
      throw new FormatError(
        `resume: expected running means of ${this.#names.join(', ')}, got ${from.sums.length} numbers`,
      );
    if (from.batch > 0) this.#checkOrder(from);
    restoreSnapshot(this.#model, this.#trainer, from);
    this.#epoch = from.epoch;
    this.#batch = from.batch;
    this.#log.push(...from.log);
    this.#mean.restore(from);
  }

  /** Within an epoch the rows still to come follow from these options. */
  #checkOrder(from: TrainingSnapshot): void {
    for (const name of ['batchSize', 'seed', 'shuffle'] as const) {
      if (this.#plan[name] === from[name]) continue;
      throw new RangeError(
        `fit: expected ${name} ${from[name]} as in the run to resume, which is within an epoch, got ${this.#plan[name]}`,
      );
    }
  }

  #batches(): Iterable<TrainingBatch> | AsyncIterable<TrainingBatch> {
    const { data, shuffle, seed, batchSize } = this.#plan;
    if (!(data instanceof Dataset)) return streamedBatches(data, this.#model, this.#batch);
    const order = shuffle
      ? permutation(data.size, seed, this.#epoch)
      : Uint32Array.from({ length: data.size }, (_, i) => i);
    return rowBatches(data, this.#model, order, batchSize, this.#batch);
  }

  /** Returns false when the signal ended it. */
  async #runEpoch(): Promise<boolean> {
    const began = performance.now();
    const rowsBefore = this.#mean.rows;
    this.#checkAlive();
    this.#weights = this.#model.getWeights();
    const { worker, data } = this.#plan;
    const values =
      worker && data instanceof Dataset
        ? await this.#trainInWorker(data, began, rowsBefore)
        : await this.#trainHere(began, rowsBefore);
    if (!values) return false;
    await this.#endEpoch(began, values);
    return true;
  }

  /** The batches of an epoch, then its validation; undefined when the signal ended it. */
  async #trainHere(began: number, rowsBefore: number): Promise<EpochValues | undefined> {
    const source = this.#batches();
    if (Symbol.iterator in source) {
      for (const batch of source) if (!(await this.#runBatch(batch, began, rowsBefore))) return undefined;
    } else {
      for await (const batch of source) if (!(await this.#runBatch(batch, began, rowsBefore))) return undefined;
    }
    if (this.#aborted) return undefined;
    this.#checkAlive();
    const seconds = (performance.now() - began) / 1000;
    if (this.#mean.rows === 0) throw new RangeError('fit: expected at least one batch in an epoch, got none');
    const validation = await this.#validate();
    return validation && { validation, rate: (this.#mean.rows - rowsBefore) / Math.max(seconds, 1e-9) };
  }

  /** The same in a worker. A batch that fails there is run here: it changes nothing but throws the error it should. */
  async #trainInWorker(data: Dataset, began: number, rowsBefore: number): Promise<EpochValues | undefined> {
    if (this.#aborted) return undefined;
    this.#remote ??= await this.#startWorker(data);
    const report = await this.#remote.epoch(this.#epoch, this.#standing, (tidings) =>
      this.#hear(tidings, began, rowsBefore),
    );
    this.#adopt(report);
    if (report.outcome === 'failed') {
      const source = this.#batches();
      const [batch] = Symbol.iterator in source ? source : [];
      if (batch) this.#step(batch, began, rowsBefore);
      throw RemoteTraining.mismatch();
    }
    if (report.outcome === 'aborted') return undefined;
    const validation = this.#plan.validation ? this.#namedValidation(report.validation ?? []) : {};
    return { validation, rate: (this.#mean.rows - rowsBefore) / Math.max(report.seconds, 1e-9) };
  }

  #startWorker(data: Dataset): Promise<RemoteTraining> {
    const { optimizer, validation, batchSize, shuffle, seed, metrics, signal } = this.#plan;
    const callbacks = this.#plan.callbacks.some((callback) => 'onBatchEnd' in callback);
    return RemoteTraining.start({
      ...{ model: this.#model, trainer: this.#trainer, evaluator: this.#evaluator },
      ...{ data, validation, optimizer, batchSize, validationRows: VALIDATION_ROWS, shuffle, seed, signal },
      metrics: metrics.length,
      hear: callbacks ? 'states' : this.#listeners.hearBatches ? 'batches' : 'nothing',
    });
  }

  get #standing(): Standing {
    return {
      batch: this.#batch,
      steps: this.#trainer.steps,
      ...this.#mean.state,
      lastLoss: this.#lastLoss,
    };
  }

  #adopt(standing: Standing): void {
    this.#batch = standing.batch;
    this.#trainer.resumeAt(standing.steps);
    this.#mean.restore(standing);
    this.#lastLoss = standing.lastLoss;
  }

  async #hear(tidings: Tidings, began: number, rowsBefore: number): Promise<void> {
    this.#adopt(tidings);
    this.#show(began, rowsBefore);
    if (tidings.kind === 'batch') await this.#tellBatch(tidings.batchRows);
  }

  async #tellBatch(rows: number): Promise<void> {
    const [epoch, loss] = [this.#epoch + 1, this.#lastLoss ?? NaN];
    await this.#listeners.batch({ epoch, batch: this.#batch, loss, rows });
  }

  get #aborted(): boolean {
    return this.#plan.signal?.aborted ?? false;
  }

  /** Returns false, having done nothing, when the signal is given. */
  async #runBatch(batch: TrainingBatch, began: number, rowsBefore: number): Promise<boolean> {
    if (this.#aborted) return false;
    this.#step(batch, began, rowsBefore);
    if (this.#listeners.hearBatches) await this.#tellBatch(batch.rows);
    if (this.#turns.due) await this.#turns.give();
    return true;
  }

  #checkAlive(): void {
    if (this.#model.disposed) throw new DisposedError('fit: expected a live model, got one disposed during training');
  }

  #step({ rows, kind, lengths, fill }: TrainingBatch, began: number, rowsBefore: number): void {
    this.#checkAlive();
    const loss = this.#trainer.stepFrom(rows, kind, fill, lengths);
    this.#batch++;
    if (!Number.isFinite(loss)) {
      this.#repair();
      const [epoch, batch] = [this.#epoch + 1, this.#batch];
      throw new NonFiniteError(
        `fit: expected a finite loss and gradient, got loss ${loss} in epoch ${epoch}, batch ${batch} (last finite loss ${this.#lastLoss ?? 'none'})`,
        { epoch, batch, lastLoss: this.#lastLoss },
      );
    }
    this.#lastLoss = loss;
    const masked = lengths !== undefined;
    this.#mean.add([loss, ...this.#plan.metrics.map((_, i) => this.#trainer.metric(rows, kind, masked, i))], rows);
    this.#show(began, rowsBefore);
  }

  /** A step that is not finite changes nothing, but the update before it may have overflowed: back to the epoch's start. */
  #repair(): void {
    const overflowed = Object.values(this.#model.getWeights()).some((values) => !values.every(Number.isFinite));
    if (overflowed) this.#model.setWeights(this.#weights);
  }

  #show(began: number, rowsBefore: number): void {
    if (!this.#progress) return;
    const { data } = this.#plan;
    const total = data instanceof Dataset ? data.size : undefined;
    const done = this.#mean.rows;
    const seconds = (performance.now() - began) / 1000;
    this.#progress.batch(
      this.#epoch + 1,
      done,
      total,
      () => this.#named(this.#mean.values),
      seconds,
      done - rowsBefore,
    );
  }

  #named(values: readonly number[]): Record<string, number> {
    return Object.fromEntries(this.#names.map((name, i) => [name, values[i] ?? NaN]));
  }

  /** The values on the validation data, or undefined when the signal came first. */
  async #validate(): Promise<Record<string, number> | undefined> {
    const { validation } = this.#plan;
    if (!validation || !this.#evaluator) return {};
    const mean = new RunningMean(this.#names.length);
    const batches = evaluateBatches(this.#evaluator, validation, this.#model, VALIDATION_ROWS, mean);
    while (!batches.next().done) {
      if (this.#turns.due) await this.#turns.give();
      if (this.#aborted) return undefined;
    }
    return this.#namedValidation(mean.values);
  }

  #namedValidation(values: readonly number[]): Record<string, number> {
    return Object.fromEntries(this.#names.map((name, i) => [validationName(name), values[i] ?? NaN]));
  }

  async #endEpoch(began: number, { validation, rate }: EpochValues): Promise<void> {
    const values = { ...this.#named(this.#mean.values), ...validation };
    const seconds = (performance.now() - began) / 1000;
    const log: EpochLog = {
      epoch: this.#epoch + 1,
      ...values,
      loss: this.#mean.values[0] ?? NaN,
      learningRate: learningRateAt(this.#plan.optimizer, Math.max(0, this.#trainer.steps - 1)),
      seconds,
      samplesPerSecond: rate,
    };
    this.#log.push(log);
    this.#epoch++;
    this.#batch = 0;
    this.#mean = new RunningMean(this.#names.length);
    this.#progress?.epoch(log.epoch, values, seconds, log.samplesPerSecond);
    await this.#listeners.epoch(log);
  }
}

// The loop over the batches of an epoch as it runs in the worker: the same steps as in `run.ts`, in the same order.
import { Dataset } from '../../data/rowStore.js';
import { shuffled } from '../../data/shuffled.js';
import { RunningMean } from '../runningMean.js';
import { Turns } from '../turns.js';
import { BatchRunner } from './batchRunner.js';
import type { BatchImage, DataImage, EpochOrder, EpochReport, Fill, FromWorker, Setup, Standing } from './messages.js';
import { pack, unpack } from './regions.js';

/** Milliseconds after which a message that ends training is looked for. */
const SLICE_MS = 3;
/** Milliseconds between two reports. */
const REPORT_MS = 40;

type Send = (message: FromWorker, transfer?: readonly ArrayBuffer[]) => void;
type Numbers = Float32Array | Int32Array;

function arraysOf({ arrays }: DataImage): (Numbers | undefined)[] {
  return arrays.map((rows) => {
    if (!rows || ArrayBuffer.isView(rows)) return rows;
    return rows.whole ? new Int32Array(rows.length) : new Float32Array(rows.length);
  });
}

function datasetOf({ size, xShape, yShape }: DataImage, [x, y, lengths]: (Numbers | undefined)[]): Dataset {
  return new Dataset({
    size,
    x: x instanceof Float32Array ? x : new Float32Array(),
    xShape,
    y,
    yShape,
    lengths: lengths instanceof Int32Array ? lengths : undefined,
  });
}

/** One `fit`, as far as it happens in the worker. */
export class WorkerTraining {
  readonly #setup: Setup;
  readonly #send: Send;
  readonly #runner: BatchRunner;
  readonly #data: Dataset;
  readonly #validation: Dataset | undefined;
  /** What `fill` messages write to. */
  readonly #targets: readonly (Uint8Array | undefined)[];
  readonly #turns = new Turns(SLICE_MS);
  #stopped = false;
  #reported = 0;
  #batch = 0;
  #steps = 0;
  #lastLoss: number | undefined;
  #mean = new RunningMean(1);
  #answer: (weights: Uint8Array | undefined) => void = () => undefined;

  constructor(setup: Setup, send: Send) {
    this.#setup = setup;
    this.#send = send;
    this.#runner = new BatchRunner(setup);
    const arrays = arraysOf(setup.data);
    const others = setup.validation ? arraysOf(setup.validation) : [];
    this.#data = datasetOf(setup.data, arrays);
    this.#validation = setup.validation && datasetOf(setup.validation, others);
    const bytes = (array: Numbers | undefined): Uint8Array | undefined =>
      array && new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    this.#targets = [this.#runner.u8, ...[...arrays, ...others].map(bytes)];
  }

  fill({ target, at, bytes }: Fill): void {
    this.#targets[target]?.set(bytes, at);
  }

  abort(): void {
    this.#stopped = true;
  }

  /** The caller has heard of the batch; with it, weights that it may have changed. */
  continue(weights: Uint8Array | undefined): void {
    this.#answer(weights);
  }

  async epoch(order: EpochOrder): Promise<void> {
    const began = performance.now();
    unpack(this.#runner.u8, this.#setup.weights, order.weights);
    this.#batch = order.batch;
    this.#steps = order.steps;
    this.#lastLoss = order.lastLoss;
    this.#mean = new RunningMean(1 + this.#setup.metrics);
    this.#mean.restore(order);
    const outcome = await this.#train(order);
    const seconds = (performance.now() - began) / 1000;
    const validation = outcome === 'done' ? await this.#validate() : undefined;
    this.#report(outcome === 'done' && !validation ? 'aborted' : outcome, seconds, validation);
  }

  #report(outcome: EpochReport['outcome'], seconds: number, validation: readonly number[] | undefined): void {
    const state = this.#state();
    this.#send({ kind: 'epoch', outcome, seconds, validation, state, ...this.#standing }, [state.buffer]);
  }

  #state(): Uint8Array<ArrayBuffer> {
    return pack(this.#runner.u8, this.#setup.state);
  }

  get #standing(): Standing {
    return { batch: this.#batch, steps: this.#steps, ...this.#mean.state, lastLoss: this.#lastLoss };
  }

  /** Looks for the end, and tells how far it is, now and then. */
  async #pause(): Promise<boolean> {
    const { abort } = this.#setup;
    const now = performance.now();
    if (now - this.#reported > REPORT_MS) {
      this.#reported = now;
      this.#send({ kind: 'progress', ...this.#standing });
    }
    if (!abort && this.#turns.due) await this.#turns.give();
    return this.#stopped || (abort !== undefined && Atomics.load(abort, 0) !== 0);
  }

  async #train({ epoch, rates }: EpochOrder): Promise<EpochReport['outcome']> {
    const { shuffle, seed, batchSize, steps: images, hear } = this.#setup;
    const { size } = this.#data;
    const order = shuffle ? shuffled(size, seed, epoch) : Uint32Array.from({ length: size }, (_, i) => i);
    const before = this.#steps;
    for (let begin = this.#batch * batchSize; begin < size; begin += batchSize) {
      if (await this.#pause()) return 'aborted';
      const end = Math.min(begin + batchSize, size);
      const image = images.find(({ rows }) => rows === end - begin);
      const rate = rates?.[this.#steps - before];
      if (!image || (rates && rate === undefined)) return 'failed';
      if (!this.#step(image, order, begin, end, rate)) return 'failed';
      if (hear !== 'nothing') await this.#tell(end - begin);
    }
    return (await this.#pause()) ? 'aborted' : 'done';
  }

  #step(image: BatchImage, order: Uint32Array, begin: number, end: number, rate: number | undefined): boolean {
    this.#runner.prepare(this.#steps, rate);
    const status = this.#runner.run(image, this.#data, order, begin, end);
    if (status !== 0) return false;
    const values = Array.from(this.#runner.results(image));
    this.#steps++;
    this.#batch++;
    this.#lastLoss = values[0];
    this.#mean.add(values, end - begin);
    return true;
  }

  async #tell(batchRows: number): Promise<void> {
    const state = this.#setup.hear === 'states' ? this.#state() : undefined;
    const answered = new Promise<Uint8Array | undefined>((resolve) => {
      this.#answer = resolve;
    });
    this.#send({ kind: 'batch', batchRows, state, ...this.#standing }, state && [state.buffer]);
    const weights = await answered;
    if (weights) unpack(this.#runner.u8, this.#setup.weights, weights);
  }

  /** Means on the validation data; empty without, undefined when training is to end. */
  async #validate(): Promise<readonly number[] | undefined> {
    const data = this.#validation;
    if (!data) return [];
    const { validationRows, evaluations, metrics } = this.#setup;
    const mean = new RunningMean(1 + metrics);
    const order = Uint32Array.from({ length: data.size }, (_, i) => i);
    for (let begin = 0; begin < data.size; begin += validationRows) {
      const end = Math.min(begin + validationRows, data.size);
      const image = evaluations.find(({ rows }) => rows === end - begin);
      if (!image) throw new RangeError(`fit: expected a program for ${end - begin} rows`);
      this.#runner.run(image, data, order, begin, end);
      mean.add(Array.from(this.#runner.results(image)), end - begin);
      if (await this.#pause()) return undefined;
    }
    return mean.values;
  }
}

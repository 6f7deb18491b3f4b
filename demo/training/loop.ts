import { permutation } from 'wasmgrad/data';
import type { Model, Trainer } from 'wasmgrad/models';
import type { Reply, Settings } from './messages.js';
import type { Rows, Task, Viewer } from './task.js';
import { optimizerOf } from './network.js';
import { pause, turn } from './waiting.js';

/** Milliseconds of training after which messages are heard. */
const SLICE = 12;
/** Milliseconds between two reports, and the part of the time that evaluation may take. */
const REPORT = 60;
const EVALUATION_SHARE = 0.35;
/** Points of the curve of the loss that a training has at least, however soon it is over. */
const CURVE_POINTS = 100;

/** The page's wishes, as they stand. */
export interface Wishes {
  learningRate: number;
  /** Whether a short training takes its time. */
  watchable: boolean;
  paused: boolean;
  stopped: boolean;
  /** Called when a wish has changed. */
  changed: () => void;
}

export type Report = (reply: Reply) => void;

/** Copies the rows of a batch together, in the order of the epoch. */
class BatchMaker {
  readonly #rows: Rows;
  readonly #x: Float32Array;
  readonly #y: Float32Array;
  readonly #width: number;

  constructor(rows: Rows, batchSize: number) {
    this.#rows = rows;
    this.#width = rows.x.length / rows.y.length;
    this.#x = new Float32Array(batchSize * this.#width);
    this.#y = new Float32Array(batchSize);
  }

  make(indices: Uint32Array): [x: Float32Array, y: Float32Array] {
    const width = this.#width;
    indices.forEach((row, i) => {
      this.#x.set(this.#rows.x.subarray(row * width, (row + 1) * width), i * width);
      this.#y[i] = this.#rows.y[row]!;
    });
    return [this.#x.subarray(0, indices.length * width), this.#y.subarray(0, indices.length)];
  }
}

/** Tells the page how it goes: often enough to be live, seldom enough not to cost much. */
class Reporter {
  readonly #report: Report;
  readonly #viewer: Viewer;
  #since = performance.now();
  #rows = 0;
  #losses = 0;
  #steps = 0;
  readonly #each: number;
  #curve: [epoch: number, loss: number][] = [];
  #part = { losses: 0, steps: 0 };
  #evaluated = -Infinity;
  #cost = 0;

  constructor(report: Report, viewer: Viewer, steps: number) {
    this.#report = report;
    this.#viewer = viewer;
    this.#each = Math.ceil(steps / CURVE_POINTS);
  }

  /** Counts a step, which ends at this part of an epoch. */
  step(loss: number, rows: number, epoch: number): void {
    this.#losses += loss;
    this.#rows += rows;
    this.#steps++;
    this.#part.losses += loss;
    if (++this.#part.steps === this.#each) this.#addPoint(epoch);
  }

  #addPoint(epoch: number): void {
    this.#curve.push([epoch, this.#part.losses / this.#part.steps]);
    this.#part = { losses: 0, steps: 0 };
  }

  /** Time that passed without training does not count. */
  restart(): void {
    [this.#rows, this.#losses, this.#steps] = [0, 0, 0];
    this.#since = performance.now();
  }

  now(epoch: number, paced: boolean, final = false): void {
    const seconds = (performance.now() - this.#since) / 1000;
    if (!final && seconds * 1000 < REPORT) return;
    if (this.#steps > 0) {
      const [loss, samplesPerSecond] = [this.#losses / this.#steps, this.#rows / seconds];
      if (this.#curve.length === 0) this.#addPoint(epoch);
      this.#report({ kind: 'progress', epoch, loss, curve: this.#curve, samplesPerSecond, paced });
      this.#curve = [];
    }
    const shown = this.#viewer.show();
    if (shown) this.#report(shown);
    this.#evaluate(epoch, final);
    this.restart();
  }

  #evaluate(epoch: number, final: boolean): void {
    const start = performance.now();
    if (!final && (start - this.#evaluated) * EVALUATION_SHARE < this.#cost) return;
    this.#report({ kind: 'evaluated', epoch, ...this.#viewer.evaluate() });
    this.#evaluated = performance.now();
    this.#cost = this.#evaluated - start;
  }
}

/** Where a training stands. */
interface Run {
  readonly trainer: Trainer;
  readonly batches: BatchMaker;
  readonly reporter: Reporter;
  readonly wishes: Wishes;
  /** Steps between two pauses that make the training last long enough to be watched; none where it is 0. */
  readonly pace: number;
  readonly seed: number;
}

export interface Trained {
  readonly how: 'completed' | 'stopped';
  readonly steps: number;
}

async function breathe({ reporter, wishes }: Run, paced: boolean): Promise<void> {
  await (paced ? pause(16) : turn());
  let waited = false;
  while (wishes.paused && !wishes.stopped) {
    waited = true;
    await new Promise<void>((resolve) => {
      wishes.changed = resolve;
    });
  }
  if (waited) reporter.restart();
}

async function epochOf(run: Run, rows: Rows, batchSize: number, epoch: number): Promise<void> {
  const { trainer, batches, reporter, wishes, pace, seed } = run;
  const size = rows.y.length;
  const order = permutation(size, seed, epoch);
  let since = performance.now();
  for (let begin = 0; begin < size && !wishes.stopped; begin += batchSize) {
    const indices = order.subarray(begin, begin + batchSize);
    const loss = trainer.step(...batches.make(indices));
    if (!Number.isFinite(loss)) throw new RangeError('The loss is no longer finite: try a smaller learning rate.');
    const at = epoch + Math.min(begin + batchSize, size) / size;
    reporter.step(loss, indices.length, at);
    const slowed = pace > 0 && wishes.watchable;
    const paced = slowed && trainer.steps % pace === 0;
    if (!paced && performance.now() - since < SLICE) continue;
    reporter.now(at, slowed);
    await breathe(run, paced);
    since = performance.now();
  }
}

/** Trains until the epochs are over or the page wants no more. */
export async function train(
  task: Task,
  model: Model,
  viewer: Viewer,
  settings: Settings,
  wishes: Wishes,
  report: Report,
): Promise<Trained> {
  const { rows } = task;
  const batchSize = Math.min(settings.batchSize, rows.y.length);
  const steps = settings.epochs * Math.ceil(rows.y.length / batchSize);
  const optimizer = optimizerOf(settings.optimizer, () => wishes.learningRate);
  const trainer = model.trainer({ loss: task.loss, optimizer, batchSize });
  const reporter = new Reporter(report, viewer, steps);
  const pace = task.atLeast > 0 ? Math.max(1, Math.round((steps * 20) / task.atLeast)) : 0;
  const batches = new BatchMaker(rows, batchSize);
  const run: Run = { trainer, batches, reporter, wishes, pace, seed: settings.seed };
  let epoch = 0;
  try {
    reporter.now(0, false, true);
    for (; epoch < settings.epochs && !wishes.stopped; epoch++) await epochOf(run, rows, batchSize, epoch);
    reporter.now(trainer.steps / (steps / settings.epochs), pace > 0 && wishes.watchable, true);
    return { how: trainer.steps < steps ? 'stopped' : 'completed', steps: trainer.steps };
  } finally {
    trainer.dispose();
  }
}

import { show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import type { Callback } from '../models/callbacks/callback.js';
import type { BatchLog, EpochLog } from '../models/history.js';
import { curvesOf, curvesOptions, curvesPicture, type LearningCurvesOptions } from './learningCurves.js';
import type { Series } from './series.js';

const WHERE = 'live';
/** Where to draw: an element of a page, or any object with this. */
export interface Target {
  innerHTML: string;
}

/** Milliseconds between two pictures during an epoch. */
const PAUSE = 100;
/** More losses of batches than this are more than there are pixels: every other one goes. */
const MOST_POINTS = 1000;

/** The losses of batches: over batches during the first epoch, and over epochs from then on. */
class BatchLosses {
  #points: (readonly [epoch: number, batch: number, loss: number])[] = [];
  #every = 1;
  #seen = 0;
  #perEpoch: number | undefined;
  #last = 0;

  add({ epoch, batch, loss }: BatchLog): void {
    this.#last = batch;
    if (this.#seen++ % this.#every !== 0) return;
    this.#points.push([epoch, batch, loss]);
    if (this.#points.length <= MOST_POINTS) return;
    this.#points = this.#points.filter((_, i) => i % 2 === 0);
    this.#every *= 2;
  }

  endEpoch(): void {
    this.#perEpoch ??= this.#last || undefined;
  }

  series(): Series[] {
    const each = this.#perEpoch;
    const points = this.#points.map(([epoch, batch, loss]): [number, number] => [
      each === undefined ? batch : epoch - 1 + Math.min(1, batch / each),
      loss,
    ]);
    if (points.length === 0) return [];
    return [{ name: 'batches', points, style: each === undefined ? 'line' : 'guide' }];
  }
}

/** Draws at the next frame, or at once where there are none. */
class Painter {
  readonly #draw: () => void;
  #frame: number | undefined;
  #last = -Infinity;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Draws unless it did so a moment ago. */
  hint(): void {
    if (performance.now() - this.#last >= PAUSE) this.request();
  }

  request(): void {
    if (typeof requestAnimationFrame !== 'function') this.now();
    else this.#frame ??= requestAnimationFrame(() => this.now());
  }

  now(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#draw();
    this.#last = performance.now();
  }
}

function checkElement(element: unknown): Target {
  if (isElement(element)) return element;
  refuse(TypeError, WHERE, 'an element of a page, or an object with innerHTML', show(element));
}

function isElement(value: unknown): value is Target {
  return typeof value === 'object' && value !== null && 'innerHTML' in value && typeof value.innerHTML === 'string';
}

/** The numbers of a log. */
function numbersOf(log: EpochLog): Record<string, number | undefined> {
  return Object.fromEntries(Object.entries(log).filter(([, value]) => typeof value === 'number'));
}

/**
 * A callback for `fit` that draws the learning curves into an element of the page while a model trains: after every
 * epoch, and during an epoch about ten times a second. The losses of single batches are a thin line. What is in the
 * element is replaced.
 *
 * @param element where to draw: an element, or any object with `innerHTML`, which is given SVG text
 * @param options as for `learningCurves`
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { live } from 'wasmgrad/plot';
 * const element = { innerHTML: '' }; // in a page: document.querySelector('#curves')
 * const callbacks = [live(element, { title: 'MNIST' })]; // for fit({ ..., callbacks })
 * ```
 */
export function live(element: Target, options: LearningCurvesOptions = {}): Callback {
  const target = checkElement(element);
  const { title, theme, ...look } = curvesOptions(WHERE, options);
  let logs: Record<string, number | undefined>[] = [];
  let batches = new BatchLosses();
  const painter = new Painter(() => {
    const charts = curvesOf([['', logs]], look, batches.series());
    const first = logs.length === 0 ? charts.map((chart) => ({ ...chart, xLabel: 'batch' })) : charts;
    target.innerHTML = curvesPicture(first, title, theme);
  });
  return {
    onTrainBegin() {
      logs = [];
      batches = new BatchLosses();
      painter.request();
    },
    onBatchEnd(log) {
      batches.add(log);
      painter.hint();
    },
    onEpochEnd(log) {
      logs.push(numbersOf(log));
      batches.endEpoch();
      painter.request();
    },
    onTrainEnd() {
      painter.now();
    },
  };
}

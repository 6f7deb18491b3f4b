import type { Loss } from 'wasmgrad/losses';
import type { Model } from 'wasmgrad/models';
import type { Judged, Loaded, Reply, Settings } from './messages.js';

/** Rows to learn from: `x` [rows, ...inputShape] and one target a row. */
export interface Rows {
  readonly x: Float32Array<ArrayBuffer>;
  readonly y: Uint8Array<ArrayBuffer>;
}

/** What is live while a network trains. */
export interface Viewer {
  /** Loss and share of right answers on what is held out. */
  evaluate(): { readonly loss: number; readonly accuracy: number };
  /** Something to show of the weights as they are, if there is. */
  show(): Reply | undefined;
  /** Class probabilities of an image, where images are classified. */
  predict(image: Float32Array): Float32Array<ArrayBuffer> | undefined;
  /** What the held-out images are taken for, where images are classified. */
  judge(): Judged | undefined;
  dispose(): void;
}

/** One thing to be learned. */
export interface Task {
  readonly rows: Rows;
  /** Held-out images, where there are. */
  readonly held: Rows | undefined;
  readonly loaded: Loaded;
  readonly loss: Loss;
  /** Milliseconds a whole training lasts at least, so that it can be watched. */
  readonly atLeast: number;
  /** Shapes of input and output, as a model from a file must have them. */
  readonly shapes: readonly [input: readonly number[], output: readonly number[]];
  build(settings: Settings): Model;
  view(model: Model): Viewer;
}

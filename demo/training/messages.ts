// What the page and the training worker say to each other.

export type Problem = 'digits' | 'xor' | 'spirals';

export interface Settings {
  readonly problem: Problem;
  readonly network: 'plain' | 'convolutional';
  /** Hidden dense layers. */
  readonly layers: number;
  /** Units of each. */
  readonly width: number;
  readonly activation: 'relu' | 'tanh' | 'sigmoid';
  readonly optimizer: 'adam' | 'sgd' | 'momentum' | 'rmsprop' | 'adagrad';
  readonly learningRate: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Of the first weights and of the order of the samples. */
  readonly seed: number;
  readonly threads: number;
}

export type Request =
  | { readonly kind: 'load'; readonly problem: Problem }
  | { readonly kind: 'start'; readonly settings: Settings }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'learningRate'; readonly value: number }
  /** Whether a short training takes its time, to be watched. */
  | { readonly kind: 'pace'; readonly watchable: boolean }
  | { readonly kind: 'predict'; readonly image: Float32Array }
  /** The model as a file. */
  | { readonly kind: 'save' }
  /** A model from a file, in place of the one that is there. */
  | { readonly kind: 'open'; readonly problem: Problem; readonly bytes: Uint8Array<ArrayBuffer> }
  /** What the model takes the held-out images for. */
  | { readonly kind: 'judge' }
  /** Held-out images by their numbers. */
  | { readonly kind: 'images'; readonly indices: readonly number[] }
  /** The weights of the first layer. */
  | { readonly kind: 'filters' };

export interface Progress {
  /** Epochs done, with a fraction within an epoch. */
  readonly epoch: number;
  /** Mean over the batches since the last message. */
  readonly loss: number;
  /** Losses on the way since the last message, each the mean over some batches. */
  readonly curve: readonly (readonly [epoch: number, loss: number])[];
  readonly samplesPerSecond: number;
  /** Whether there are pauses, for watching. */
  readonly paced: boolean;
}

/** What there is to show before training: digits to try, or the points to be told apart. */
export interface Loaded {
  readonly kind: 'loaded';
  /** Images [n, 28, 28] in [0, 1], or points [n, 2]. */
  readonly x: Float32Array<ArrayBuffer>;
  readonly y: Uint8Array<ArrayBuffer>;
}

/** The classes of the held-out images and what the model takes them for, both [n]. */
export interface Judged {
  readonly kind: 'judged';
  readonly actual: Uint8Array<ArrayBuffer>;
  readonly predicted: Uint8Array<ArrayBuffer>;
}

/** Pictures of weights, one after the other, each [height, width]. */
export interface Filters {
  readonly kind: 'filters';
  readonly values: Float32Array<ArrayBuffer>;
  readonly height: number;
  readonly width: number;
  /** How many units the layer has. */
  readonly units: number;
}

export type Reply =
  | Loaded
  | Judged
  | Filters
  | {
      readonly kind: 'started';
      readonly parameters: number;
      readonly threads: number;
      /** Why there are fewer threads than asked for. */
      readonly reason: string | undefined;
      readonly stepsPerEpoch: number;
    }
  | ({ readonly kind: 'progress' } & Progress)
  | { readonly kind: 'evaluated'; readonly epoch: number; readonly loss: number; readonly accuracy: number }
  /** Probability of the second class on a square of FIELD x FIELD points, rows from the top. */
  | { readonly kind: 'field'; readonly values: Float32Array<ArrayBuffer> }
  | { readonly kind: 'prediction'; readonly probabilities: Float32Array<ArrayBuffer> }
  | {
      readonly kind: 'stopped';
      readonly how: 'completed' | 'stopped';
      readonly steps: number;
      /** SHA-256 of the weights. */
      readonly weights: string;
      /** Whether the settings alone lead to these weights: nothing was changed on the way. */
      readonly reproducible: boolean;
    }
  | { readonly kind: 'saved'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'opened'; readonly parameters: number; readonly accuracy: number; readonly weights: string }
  /** A file that is not taken; everything else stays as it was. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Images [n, 28, 28]. */
  | { readonly kind: 'images'; readonly indices: readonly number[]; readonly x: Float32Array<ArrayBuffer> }
  | { readonly kind: 'failed'; readonly message: string };

/** Points along each side of the field of the decision boundary. */
export const FIELD = 64;
/** The plane shown reaches from -EXTENT to EXTENT in both directions. */
export const EXTENT = 4.5;
/** Pixels along each side of a digit. */
export const SIDE = 28;

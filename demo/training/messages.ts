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
  readonly threads: number;
}

export type Request =
  | { readonly kind: 'load'; readonly problem: Problem }
  | { readonly kind: 'start'; readonly settings: Settings }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'learningRate'; readonly value: number }
  | { readonly kind: 'predict'; readonly image: Float32Array };

export interface Progress {
  /** Epochs done, with a fraction within an epoch. */
  readonly epoch: number;
  /** Mean over the batches since the last message. */
  readonly loss: number;
  readonly samplesPerSecond: number;
}

/** What there is to show before training: digits to try, or the points to be told apart. */
export interface Loaded {
  readonly kind: 'loaded';
  /** Images [n, 28, 28] in [0, 1], or points [n, 2]. */
  readonly x: Float32Array<ArrayBuffer>;
  readonly y: Uint8Array<ArrayBuffer>;
}

export type Reply =
  | Loaded
  | {
      readonly kind: 'started';
      readonly parameters: number;
      readonly threads: number;
      /** Why there are fewer threads than asked for. */
      readonly reason: string | undefined;
    }
  | ({ readonly kind: 'progress' } & Progress)
  | { readonly kind: 'evaluated'; readonly epoch: number; readonly loss: number; readonly accuracy: number }
  /** Probability of the second class on a square of FIELD x FIELD points, rows from the top. */
  | { readonly kind: 'field'; readonly values: Float32Array<ArrayBuffer> }
  | { readonly kind: 'prediction'; readonly probabilities: Float32Array<ArrayBuffer> }
  | { readonly kind: 'stopped'; readonly how: 'completed' | 'stopped' }
  | { readonly kind: 'failed'; readonly message: string };

/** Points along each side of the field of the decision boundary. */
export const FIELD = 64;
/** The plane shown reaches from -EXTENT to EXTENT in both directions. */
export const EXTENT = 4.5;
/** Pixels along each side of a digit. */
export const SIDE = 28;

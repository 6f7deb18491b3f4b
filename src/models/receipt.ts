// What a receipt of a training says. `makeReceipt` of wasmgrad/io makes one; `fit` only knows the form.

/** Kernels by which a training computed. */
export interface ReceiptKernels {
  readonly simd: 'strict' | 'relaxed';
  /** SHA-256 of the kernels of this variant, as the package has them. */
  readonly sha256: string;
}

/** Data that a training read. */
export interface ReceiptData {
  readonly rows: number;
  /** SHA-256 of shapes, inputs, targets, lengths and weights. */
  readonly sha256: string;
}

/**
 * The facts of a training: everything that determines the weights, and the weights. Plain data; `JSON.stringify` writes it.
 */
export interface Receipt {
  /** Of this form. */
  readonly format: 1;
  /** Version of the package. */
  readonly version: string;
  readonly kernels: ReceiptKernels;
  /** The rows that were trained on, with those of `validationSplit`. */
  readonly data: ReceiptData;
  /** Those of `validation`. */
  readonly validation?: ReceiptData | undefined;
  /** The layers, the loss, the optimiser and the options of `fit`. Functions are only named. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Seed of the order of rows and of dropout. */
  readonly seed: number;
  /** SHA-256 of the weights before training. */
  readonly initialWeights: string;
  /** SHA-256 of the state that training went on with, if it did not begin anew. */
  readonly initialState?: string | undefined;
  /** Epochs that were completed. */
  readonly epochs: number;
  /** What ended training. */
  readonly stopped: string;
  /** SHA-256 of the trained weights. */
  readonly weights: string;
}

/** The shape of a tensor, batch or weight does not suit the operation. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** The element type of a tensor does not suit the operation. */
export class DTypeError extends Error {
  override readonly name = 'DTypeError';
}

/** A tensor, model, trainer or program is used after its `dispose()`. */
export class DisposedError extends Error {
  override readonly name = 'DisposedError';
}

/** Linear memory cannot grow any further. Tensors made before stay intact. */
export class OutOfMemoryError extends Error {
  override readonly name = 'OutOfMemoryError';
}

/** Where the loss of a training became NaN or infinite, and the last finite loss. */
export interface NonFinitePosition {
  /** Epoch, counted from 1. */
  readonly epoch: number;
  /** Batch within the epoch, counted from 1. */
  readonly batch: number;
  /** The last finite loss, `undefined` when already the first one was not finite. */
  readonly lastLoss: number | undefined;
}

/** Data or a loss contain NaN or infinity. */
export class NonFiniteError extends Error {
  override readonly name = 'NonFiniteError';
  readonly epoch: number | undefined;
  readonly batch: number | undefined;
  readonly lastLoss: number | undefined;

  constructor(message: string, position?: NonFinitePosition) {
    super(message);
    this.epoch = position?.epoch;
    this.batch = position?.batch;
    this.lastLoss = position?.lastLoss;
  }
}

/**
 * A thread of the pool has died in the middle of a call. The result of that call is unusable; all other tensors are
 * unchanged. Later calls work, on one thread until the pool has been started again.
 */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
}

/** A file or byte array is damaged or of another format. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** A tensor was asked for before `await init()`. */
export class NotInitializedError extends Error {
  override readonly name = 'NotInitializedError';
}

/** Throws an error in the form of all messages, `where: expected ..., got ...`; an array is written as a shape. */
export function refuse(
  kind: new (message: string) => Error,
  where: string,
  expected: string,
  got: string | number | readonly (string | number)[],
): never {
  throw new kind(`${where}: expected ${expected}, got ${typeof got === 'object' ? `[${got.join(', ')}]` : got}`);
}

/**
 * The error with the name of the function in its message replaced by `where`, which the user called. Errors that are
 * not the library's are returned unchanged.
 */
export function inNameOf(where: string, error: unknown): unknown {
  if (error instanceof NotInitializedError) return error; // it concerns the program, not the call
  if (error instanceof Error && / expected [^]*, got /.test(error.message) && !error.message.startsWith(`${where}:`))
    error.message = `${where}: ${error.message}`;
  return error;
}

/** Runs `body`; an error of the library's that leaves it names `where`. */
export function onBehalfOf<T>(where: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw inNameOf(where, error);
  }
}

import { knownOptions, show, wholeNumber } from '../core/checks.js';
import { disposable, type Disposable } from '../core/disposable.js';
import { refuse, ShapeError } from '../core/errors.js';
import { shapeText, sizeOf } from '../core/shapes.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { copyInto } from '../tensors/copying.js';
import { Tensor } from '../tensors/tensor.js';
import { assertAlive, checkIndices } from './inputs.js';
import { forward, weightTree, type Network } from './network.js';
import { Programs, read, recordOn, release, write, type BatchKey, type Recorded } from './programs.js';

type Forward = Recorded<{ x: Tensor; lengths: Tensor<'i32'> | undefined; output: Tensor }>;

/** Records the network in inference mode for `rows` samples. */
function recordForward(where: string, network: Network, { rows, masked }: Pick<BatchKey, 'rows' | 'masked'>): Forward {
  return recordOn(
    where,
    () => ({
      x: Tensor.allocate([rows, ...network.inputShape]),
      lengths: masked ? Tensor.allocate([rows], 'i32') : undefined,
      output: Tensor.allocate([rows, ...network.outputShape]),
    }),
    ({ x, lengths, output }) => {
      const result = forward(network.layers, weightTree(network.weights), x, { training: false, lengths }).output;
      copyInto(result, output);
    },
  );
}

/** Predicts into the caller's arrays, without allocation, in microseconds. */
export interface Predictor extends Disposable {
  (input: Float32Array, output: Float32Array): void;
  /** Frees the recorded program. The model stays. */
  dispose(): void;
}

export interface PredictorOptions {
  /** Rows of every call. Default 1. */
  readonly batchSize?: number | undefined;
}

/** @internal Made by `model.predictor()`. */
export function makePredictor(network: Network, options: PredictorOptions): Predictor {
  knownOptions('predictor', options, ['batchSize']);
  const rows = wholeNumber('predictor', 'batchSize', options.batchSize ?? 1, { min: 1 });
  const recorded = recordForward('predictor', network, { rows, masked: false });
  const { x, output, program } = recorded;
  const run = (input: Float32Array, into: Float32Array): void => {
    if (!ArrayBuffer.isView(input) || input.length !== x.size) refuseArray('input', input, x);
    if (!ArrayBuffer.isView(into) || into.length !== output.size) refuseArray('output', into, output);
    assertAlive('predictor', 'predictor', x);
    assertAlive('predictor', 'model', network.weights[0]?.tensor);
    checkIndices('predictor', input, network);
    write(x, input);
    program.run();
    read(output, into);
  };
  const dispose = (): void => {
    if (!x.disposed) release(recorded);
  };
  return disposable(Object.assign(network.ports?.predictor(run, rows) ?? run, { dispose }));
}

/** Throws for an array of the caller whose length is wrong. */
function refuseArray(what: string, array: unknown, { size, shape }: Tensor): never {
  if (!(array instanceof Float32Array)) refuse(TypeError, 'predictor', `${what} to be a Float32Array`, show(array));
  refuse(ShapeError, 'predictor', `${what} of ${size} values (${shapeText(shape)})`, array.length);
}

/** Rows predicted by one program. Larger inputs are divided into pieces of this size. */
const CHUNK = 256;

/** The implementation of `model.predict`. */
export interface RowPredictor {
  /** x is [rows, ...inputShape]; the result is a new tensor. */
  predict(x: Tensor, lengths: ArrayLike<number> | undefined): Tensor;
  dispose(): void;
}

/** Predicts any number of rows by recorded programs, which are kept for the sizes used last. */
export function makeRowPredictor(network: Network): RowPredictor {
  const programs = new Programs(4, (key) => recordForward('predict', network, key));
  return {
    predict(x, lengths) {
      const [rows = 0] = x.shape;
      const result = Tensor.allocate([rows, ...network.outputShape], 'f32', 'predict');
      for (let begin = 0; begin < rows; begin += CHUNK) {
        const count = Math.min(CHUNK, rows - begin);
        const piece = programs.get(count, lengths !== undefined);
        const [from, to] = [4 * sizeOf(network.inputShape) * begin, 4 * sizeOf(network.outputShape) * begin];
        call(kernels.copyBytes, x.pointer() + from, piece.x.pointer(), 4 * piece.x.size);
        if (piece.lengths && lengths) write(piece.lengths, Array.from(lengths).slice(begin, begin + count));
        piece.program.run();
        call(kernels.copyBytes, piece.output.pointer(), result.pointer() + to, 4 * piece.output.size);
      }
      return result;
    },
    dispose: () => programs.dispose(),
  };
}

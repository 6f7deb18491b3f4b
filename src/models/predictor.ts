import { knownOptions, show, wholeNumber } from '../core/checks.js';
import { DisposedError, ShapeError } from '../core/errors.js';
import { shapeText, sizeOf } from '../core/shapes.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Program } from '../runtime/program.js';
import { record } from '../runtime/recorder.js';
import { detach, scoped } from '../tensors/scope.js';
import { Tensor } from '../tensors/tensor.js';
import { checkIndices } from './batches.js';
import { readF32, writeF32, writeI32 } from './copy.js';
import { forward, type Network, type WeightTree } from './network.js';

/** A recorded forward pass for one batch size. */
export interface ForwardProgram {
  readonly x: Tensor;
  readonly lengths: Tensor | undefined;
  readonly output: Tensor;
  readonly program: Program;
}

/** The live weights by name. */
export function weightTree({ weights }: Network): WeightTree {
  return Object.fromEntries(weights.map(({ name, tensor }) => [name, tensor]));
}

/** Records the network in inference mode for `rows` samples. */
function recordForward(network: Network, rows: number, masked: boolean): ForwardProgram {
  const x = detach(Tensor.allocate([rows, ...network.inputShape]));
  const lengths = masked ? detach(Tensor.allocate([rows], 'i32')) : undefined;
  const output = detach(Tensor.allocate([rows, ...network.outputShape]));
  try {
    const { program } = record(() => {
      scoped(
        () => {
          const result = forward(network.layers, weightTree(network), x, { training: false, lengths }).output;
          call(kernels.copyBytes, result.pointer(), output.pointer(), 4 * output.size);
        },
        () => [],
      );
    });
    return { x, lengths, output, program };
  } catch (error) {
    for (const tensor of [x, lengths, output]) tensor?.dispose();
    throw error;
  }
}

/** Frees a recorded forward pass. */
function freeForward({ x, lengths, output, program }: ForwardProgram): void {
  for (const tensor of [x, lengths, output]) tensor?.dispose();
  program.dispose();
}

/** Prediction into arrays of the caller's: no allocation, microseconds. */
export interface Predictor {
  (input: Float32Array, output: Float32Array): void;
  /** Frees the recorded program. The model stays. */
  dispose(): void;
}

export interface PredictorOptions {
  /** Rows of every call. Default 1. */
  readonly batchSize?: number;
}

/** @internal Made by `model.predictor()`. */
export function makePredictor(network: Network, options: PredictorOptions): Predictor {
  knownOptions('predictor', options, ['batchSize']);
  const rows = wholeNumber('predictor', 'batchSize', options.batchSize ?? 1, { min: 1 });
  const recorded = recordForward(network, rows, false);
  const { x, output, program } = recorded;
  const run = (input: Float32Array, into: Float32Array): void => {
    if (input.length !== x.size || into.length !== output.size) refuse(input, into, x, output);
    if (x.disposed) throw new DisposedError('predictor: expected a live predictor, got one after dispose()');
    if (network.weights[0]?.tensor.disposed)
      throw new DisposedError('predictor: expected a live model, got one after dispose()');
    checkIndices('predictor', input, network);
    writeF32(x, input);
    program.run();
    readF32(output, into);
  };
  return Object.assign(run, {
    dispose: () => {
      if (!x.disposed) freeForward(recorded);
    },
  });
}

function refuse(input: unknown, into: unknown, x: Tensor, output: Tensor): never {
  if (!(input instanceof Float32Array))
    throw new TypeError(`predictor: expected input to be a Float32Array, got ${show(input)}`);
  if (!(into instanceof Float32Array))
    throw new TypeError(`predictor: expected output to be a Float32Array, got ${show(into)}`);
  throw new ShapeError(
    `predictor: expected input of ${x.size} values (${shapeText(x.shape)}) and output of ${output.size} (${shapeText(output.shape)}), got ${input.length} and ${into.length}`,
  );
}

/** Rows predicted by one program; larger inputs are cut into pieces of this size. */
const CHUNK = 256;

/** Predicts batches of any size through recorded programs, kept for the sizes used last. */
export class ChunkedPredictor {
  readonly #network: Network;
  readonly #programs = new Map<string, ForwardProgram>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** x is [rows, ...inputShape]; the result is a new tensor. */
  predict(x: Tensor, lengths: ArrayLike<number> | undefined): Tensor {
    const { inputShape, outputShape } = this.#network;
    const rows = x.shape[0] ?? 0;
    const result = Tensor.allocate([rows, ...outputShape]);
    const [inBytes, outBytes] = [4 * sizeOf(inputShape), 4 * sizeOf(outputShape)];
    for (let begin = 0; begin < rows; begin += CHUNK) {
      const count = Math.min(CHUNK, rows - begin);
      const entry = this.#program(count, lengths !== undefined);
      call(kernels.copyBytes, x.pointer() + begin * inBytes, entry.x.pointer(), count * inBytes);
      if (entry.lengths && lengths)
        writeI32(
          entry.lengths,
          Array.from({ length: count }, (_, i) => lengths[begin + i] ?? 0),
        );
      entry.program.run();
      call(kernels.copyBytes, entry.output.pointer(), result.pointer() + begin * outBytes, count * outBytes);
    }
    return result;
  }

  #program(rows: number, masked: boolean): ForwardProgram {
    const key = `${rows}${masked ? 'm' : ''}`;
    const known = this.#programs.get(key);
    if (known) return known;
    if (this.#programs.size >= 4) {
      const [oldest] = this.#programs;
      if (oldest) {
        this.#programs.delete(oldest[0]);
        freeForward(oldest[1]);
      }
    }
    const made = recordForward(this.#network, rows, masked);
    this.#programs.set(key, made);
    return made;
  }

  dispose(): void {
    for (const entry of this.#programs.values()) freeForward(entry);
    this.#programs.clear();
  }
}

import { callable } from '../core/checks.js';
import { disposable, type Disposable } from '../core/disposable.js';
import { DisposedError } from '../core/errors.js';
import { leaves, treeSignature } from '../core/trees.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Program } from '../runtime/program.js';
import { activeRecorder, record } from '../runtime/recorder.js';
import { runtime } from '../runtime/state.js';
import { detach, scoped } from '../tensors/scope.js';
import { isTensor, Tensor, type DType } from '../tensors/tensor.js';
import { replace } from './grad.js';
import { identity } from './linear.js';
import { currentFrame } from './op.js';

/** A compiled function, which is recorded once per combination of input shapes. */
export interface Compiled<A extends readonly unknown[], R> extends Disposable {
  (...args: A): R;
  /** Frees the recorded programs. A later call records again. */
  dispose(): void;
}

/** One recording: fixed input buffers, the program, and the tensors of its results. */
interface Recording<R> {
  readonly inputs: readonly Tensor<DType>[];
  readonly program: Program;
  readonly outputs: readonly Tensor<DType>[];
  readonly result: R;
}

function copyInto(from: Tensor<DType>, to: Tensor<DType>): void {
  call(kernels.copyBytes, from.pointer(), to.pointer(), 4 * from.size);
}

/** Allocates memory for tensors like these; when that fails, none stays allocated. */
function allocateAll(like: readonly Tensor<DType>[]): Tensor<DType>[] {
  return scoped(
    () => like.map(({ shape, dtype }) => Tensor.allocate(shape, dtype)),
    (made) => made,
  );
}

function recordFunction<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  args: A,
  given: readonly Tensor<DType>[],
): Recording<R> {
  const inputs = allocateAll(given).map(detach);
  try {
    const { program, result } = record(() =>
      scoped(
        () => {
          const value = f(...replace(args, inputs));
          if (value instanceof Promise)
            throw new TypeError('compile: expected a synchronous function, got one that returns a Promise');
          const outputs = leaves(value, isTensor).map((leaf) => detach(identity(leaf)));
          return { outputs, value: replace(value, outputs) };
        },
        () => [],
      ),
    );
    return { inputs, program, outputs: result.outputs, result: result.value };
  } catch (error) {
    for (const input of inputs) input.dispose();
    throw error;
  }
}

function free({ inputs, program, outputs }: Recording<unknown>): void {
  for (const tensor of [...inputs, ...outputs]) tensor.dispose();
  program.dispose();
}

/**
 * Records the kernel calls that `f` makes into a program in linear memory, once for every combination of input shapes,
 * and replays it in later calls, which create only the result tensors. Gradients inside are recorded too. Captured
 * tensors are read at each call. Arguments that are not tensors are part of the signature: for other values `f` is
 * recorded again.
 *
 * Inside another `compile`, or under `grad`, `vjp` or `jvp`, `f` itself is called.
 *
 * @param f function of tensors or trees of tensors, free of side effects and of reads like `data()`
 * @throws TypeError when `f` reads values while it is recorded; errors of `f`
 * @example
 * ```ts
 * import { compile, grad, init, mul, sum, tensor } from 'wasmgrad';
 * await init();
 * const gradient = compile(grad((x) => sum(mul(x, x))));
 * console.log(gradient(tensor([1, 2])).toArray()); // [2, 4]
 * gradient.dispose();
 * ```
 */
export function compile<A extends readonly unknown[], R>(f: (...args: A) => R): Compiled<A, R> {
  callable('compile', 'f', f);
  const recordings = new Map<string, Recording<R>>();
  const run = (...args: A): R => {
    if (currentFrame() || activeRecorder()) return f(...args);
    runtime();
    const given = leaves(args, isTensor);
    for (const input of given)
      if (input.disposed) throw new DisposedError('compile: expected live tensors, got one after dispose()');
    const key = treeSignature(args, isTensor, ({ dtype, shape }) => `${dtype}(${shape.join()})`);
    let recording = recordings.get(key);
    if (!recording) {
      recording = recordFunction(f, args, given);
      recordings.set(key, recording);
    }
    const { inputs, program, outputs, result } = recording;
    given.forEach((input, i) => {
      const buffer = inputs[i];
      if (buffer) copyInto(input, buffer);
    });
    program.run();
    const results = allocateAll(outputs);
    outputs.forEach((output, i) => {
      const copy = results[i];
      if (copy) copyInto(output, copy);
    });
    return replace(result, results);
  };
  const dispose = (): void => {
    for (const recording of recordings.values()) free(recording);
    recordings.clear();
  };
  return disposable(Object.assign(run, { dispose }));
}

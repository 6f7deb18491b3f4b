import { callable } from '../core/checks.js';
import { disposable, type Disposable } from '../core/disposable.js';
import { refuse } from '../core/errors.js';
import { Recent } from '../core/recent.js';
import { leaves } from '../core/trees.js';
import type { Program } from '../runtime/program.js';
import { activeRecorder, record } from '../runtime/recorder.js';
import { runtime } from '../runtime/state.js';
import { copyInto } from '../tensors/copying.js';
import { detach, scoped } from '../tensors/scope.js';
import { isTensor, Tensor, type DType } from '../tensors/tensor.js';
import { replace } from './grad.js';
import { identity } from './linear.js';
import {
  isFraction,
  makeCell,
  OperationLog,
  signature,
  signatureOfAll,
  withCells,
  writeNumbers,
} from './numberArguments.js';
import { currentFrame, withFrame } from './op.js';

/** A compiled function, which is recorded once per combination of input shapes. */
export interface Compiled<A extends readonly unknown[], R> extends Disposable {
  (...args: A): R;
  /** Frees the recorded programs. A later call records again. */
  dispose(): void;
}

/** Most programs that a compiled function keeps. With more structures, it frees the least recently used program. */
const CAPACITY = 12;

/** One recording: fixed input buffers, the program, and the tensors of its results. */
interface Recording<R> {
  readonly inputs: readonly Tensor<DType>[];
  /** Where the program reads the fractions among the arguments. */
  readonly cells: readonly Tensor[];
  readonly program: Program;
  /** What has to be done before every run. */
  readonly before: readonly (() => void)[];
  readonly outputs: readonly Tensor<DType>[];
  readonly result: R;
}

/** Allocates memory for tensors like these; when that fails, none stays allocated. */
function allocateAll(like: readonly Tensor<DType>[]): Tensor<DType>[] {
  return scoped(
    () => like.map(({ shape, dtype }) => Tensor.allocate(shape, dtype, 'compile')),
    (made) => made,
  );
}

/** Records `f`; a log is told of its operations. With cells, they stand in place of the fractions. */
function recordFunction<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  args: A,
  log?: OperationLog,
  cells: readonly Tensor[] = [],
): Recording<R> {
  const inputs = allocateAll(leaves(args, isTensor)).map(detach);
  const fresh = replace(args, inputs);
  const handed = cells.length > 0 ? withCells(fresh, cells) : fresh;
  const outputs: Tensor<DType>[] = [];
  try {
    const { program, result, before } = record(() =>
      scoped(() => {
        const value = withFrame(log, () => f(...handed));
        if (value instanceof Promise)
          refuse(TypeError, 'compile', 'a synchronous function', 'one that returns a Promise');
        for (const leaf of leaves(value, isTensor, 'compile')) outputs.push(detach(identity(leaf)));
        return replace(value, outputs);
      }),
    );
    return { inputs, cells, program, before, outputs, result };
  } catch (error) {
    for (const held of [...inputs, ...outputs]) held.dispose();
    throw error;
  }
}

function free({ inputs, cells, program, outputs }: Recording<unknown>): void {
  for (const tensor of [...inputs, ...cells, ...outputs]) tensor.dispose();
  program.dispose();
}

/** A recording for all fractions, if it does with them what `expected` says was done with one of them. */
function recordWithCells<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  args: A,
  expected: string,
): Recording<R> | undefined {
  const cells = args.filter(isFraction).map(makeCell);
  const log = new OperationLog();
  let made: Recording<R> | undefined;
  try {
    made = recordFunction(f, args, log, cells);
    if (log.textWith(made.result) === expected && cells.every((cell) => log.hasSeen(cell))) return made;
  } catch {
    // An operation, or JavaScript, wants to know the number.
  }
  if (made) free(made);
  else for (const cell of cells) cell.dispose();
  return undefined;
}

/** The recordings of a function. */
class Recordings<A extends readonly unknown[], R> {
  readonly #f: (...args: A) => R;
  readonly #known = new Recent<string, Recording<R>>(CAPACITY, free);
  /** By signature without fractions: what the operations were, or '' where fractions have to count. */
  readonly #logs = new Recent<string, string>(CAPACITY);

  constructor(f: (...args: A) => R) {
    this.#f = f;
  }

  /** The recording for these arguments, made now if there is none. */
  for(args: A): Recording<R> {
    if (!args.some(isFraction)) return this.#of(args, signature(args));
    const structure = signatureOfAll(args);
    const found = this.#known.get(structure);
    if (found) return found;
    const key = signature(args);
    const expected = this.#logs.get(structure);
    if (expected === undefined) return this.#first(args, key, structure);
    if (expected === '' || this.#known.get(key)) return this.#of(args, key);
    const made = recordWithCells(this.#f, args, expected);
    if (!made) {
      this.#logs.set(structure, '');
      return this.#of(args, key);
    }
    this.#known.set(structure, made);
    return made;
  }

  #of(args: A, key: string): Recording<R> {
    let found = this.#known.get(key);
    if (!found) this.#known.set(key, (found = recordFunction(this.#f, args)));
    return found;
  }

  /** Records for the first fractions of a structure, and keeps what was done with them. */
  #first(args: A, key: string, structure: string): Recording<R> {
    const log = new OperationLog();
    const made = recordFunction(this.#f, args, log);
    this.#known.set(key, made);
    this.#logs.set(structure, log.textWith(made.result));
    return made;
  }

  clear(): void {
    this.#known.clear();
    this.#logs.clear();
  }
}

/**
 * Records the kernel calls that `f` makes into a program in linear memory, once for every combination of input shapes,
 * and replays it in later calls, which create only the result tensors. Gradients inside are recorded too. Captured
 * tensors are read at each call. The 12 most recently used programs are kept.
 *
 * Arguments that are not tensors are part of the signature: for other values `f` is recorded again. Fractions are an
 * exception, except inside objects. If `f` only passes a fraction to operations, as in `mul(w, rate)`, then `f` is called
 * once more for the second fraction, and after that the program reads the fraction as a value. If `f` compares it by < or
 * >, calculates with it or passes it as an option, `f` is recorded for each fraction. (JavaScript does not reveal `===`,
 * so do not compare fractions by it.) Whole numbers are always part of the signature; pass a step number as `tensor(step)`.
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
  const recordings = new Recordings(f);
  const run = (...args: A): R => {
    if (currentFrame() || activeRecorder()) return f(...args);
    runtime();
    const given = leaves(args, isTensor, 'compile');
    for (const input of given) input.assertAlive('compile');
    const { inputs, cells, program, before, outputs, result } = recordings.for(args);
    given.forEach((input, i) => {
      const buffer = inputs[i];
      if (buffer) copyInto(input, buffer);
    });
    if (cells.length > 0) writeNumbers(args, cells);
    for (const prepare of before) prepare();
    program.run();
    const results = allocateAll(outputs);
    outputs.forEach((output, i) => {
      const copy = results[i];
      if (copy) copyInto(output, copy);
    });
    return replace(result, results);
  };
  return disposable(Object.assign(run, { dispose: () => recordings.clear() }));
}

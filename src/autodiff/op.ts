// The op contract: an operation is one immutable object. It runs only through `apply`, so that every active frame
// (tape, tangents, graph) sees it.
import { activeRecorder } from '../runtime/recorder.js';
import { inNameOf } from '../core/errors.js';
import type { Shape } from '../core/shapes.js';
import { Tensor, type DType } from '../tensors/tensor.js';

/** Tensors of any element types. */
export type Tensors = readonly Tensor<DType>[];

/** Shape and element type of a result. */
export interface Spec<D extends DType = 'f32'> {
  readonly shape: Shape;
  readonly dtype: D;
}

/** One application of an operation, as its derivative rules see it. */
export interface Applied<A, I extends Tensors = readonly Tensor[], O extends DType = 'f32'> {
  /** The inputs. A rule may read the values of inputs only if the op saves them; it may always read shapes. */
  readonly inputs: I;
  /** The outputs, under the same condition. */
  readonly outputs: readonly Tensor<O>[];
  readonly attributes: A;
  /** For which inputs a derivative is needed. */
  readonly needs: readonly boolean[];
  /** The rule table of the transformation, for rules that differentiate a composition. */
  readonly table: RuleTable;
}

/** A cotangent, tangent or gradient; `undefined` stands for zeros. */
export type Maybe = Tensor | undefined;

export interface Rules<A, I extends Tensors = readonly Tensor[], O extends DType = 'f32'> {
  /** Reverse mode: cotangents of the outputs to cotangents of the inputs, written with ops. */
  readonly vjp: (applied: Applied<A, I, O>, cotangents: readonly Maybe[]) => readonly Maybe[];
  /** Forward mode: tangents of the inputs to tangents of the outputs, written with ops. */
  readonly jvp: (applied: Applied<A, I, O>, tangents: readonly Maybe[]) => readonly Maybe[];
  /** What the vjp rule reads. Default: all inputs, no output. */
  readonly saves?: { readonly inputs?: boolean; readonly outputs?: boolean };
}

/** An operation with attributes A, inputs I (f32 unless it says otherwise) and outputs of element type O. */
export interface Op<A, I extends Tensors = readonly Tensor[], O extends DType = 'f32'> {
  readonly name: string;
  /** The shape rule: checks the inputs and throws `ShapeError`/`DTypeError` before anything is allocated. */
  readonly infer: (inputs: I, attributes: A) => readonly Spec<O>[];
  /** The kernel calls, from inputs into outputs. Left out by views, whose one output shares its input's memory. */
  readonly forward?: (inputs: I, outputs: readonly Tensor<O>[], attributes: A) => void;
  /** The derivative rules, or a function that finds them in the table of the transformation (`RuleTable`). */
  readonly rules: Rules<A, I, O> | 'nonDifferentiable' | ((table: RuleTable) => Rules<A, I, O>);
}

/** An operation on tensors of either type, whose output is of the type of its inputs. */
export interface SameTypeOp<A> extends Omit<Op<A, Tensors, DType>, 'infer'> {
  readonly infer: <D extends DType>(inputs: readonly Tensor<D>[], attributes: A) => readonly Spec<D>[];
}

/**
 * The operations without rules of their own, with the type of their attributes. Each is declared where it is defined:
 *
 *     declare module '../autodiff/op.js' { interface RuleAttributes { relu: [] } }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the operations declare the entries
export interface RuleAttributes {}

/**
 * Their rules, which are given to the transformations. They are separate because prediction needs these operations too,
 * and a page that only predicts should download neither rules nor gradient kernels: a bundler drops the table together
 * with the transformations, its only users. A missing rule (src/ops/rules.ts) and an undeclared operation are compile
 * errors.
 */
export type RuleTable = { readonly [N in keyof RuleAttributes]: Rules<RuleAttributes[N]> };

/** An operation's rules, if it has any. */
export function rulesOf<A, I extends Tensors, O extends DType>(
  { rules }: Op<A, I, O>,
  table: RuleTable,
): Rules<A, I, O> | undefined {
  if (typeof rules === 'function') return rules(table);
  return rules === 'nonDifferentiable' ? undefined : rules;
}

/** An active transformation. It sees each application of an op inside it, after the op has run. */
export interface Frame {
  readonly parent: Frame | undefined;
  /** Whether it will ask for derivatives of what it sees. */
  readonly differentiates: boolean;
  /** Whether it will ask for cotangents of a value, if it is one that does. */
  pullsTo?(value: Tensor<DType>): boolean;
  observe<A, I extends Tensors, O extends DType>(
    op: Op<A, I, O>,
    inputs: I,
    outputs: readonly Tensor<O>[],
    attributes: A,
  ): void;
  /** Takes a composition of operations as one: runs it, and forgets what it has observed meanwhile. */
  whole?(name: string, inputs: Tensors, attributes: unknown, run: () => Tensor[]): Tensor[];
}

let current: Frame | undefined;

/** The innermost transformation, if any. */
export function currentFrame(): Frame | undefined {
  return current;
}

/** Runs `body` with `frame` innermost. */
export function withFrame<T>(frame: Frame | undefined, body: () => T): T {
  const outer = current;
  current = frame;
  try {
    return body();
  } finally {
    current = outer;
  }
}

/** An entry whose existence a shape rule has checked. */
export function nth<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new Error(`op: expected at least ${index + 1} tensors, got ${values.length}`);
  return value;
}

function execute<A, I extends Tensors, O extends DType>(op: Op<A, I, O>, inputs: I, attributes: A): Tensor<O>[] {
  const specs = op.infer(inputs, attributes);
  if (!op.forward) {
    const { shape, dtype } = nth(specs, 0);
    return [nth(inputs, 0).view(shape, dtype)];
  }
  const outputs: Tensor<O>[] = [];
  try {
    for (const { shape, dtype } of specs) outputs.push(Tensor.allocate(shape, dtype, op.name));
    op.forward(inputs, outputs, attributes);
  } catch (error) {
    for (const output of outputs) output.dispose();
    throw inNameOf(op.name, error);
  }
  return outputs;
}

/** Applies an operation to tensors: runs or records it, and passes it to every active frame. */
export function apply<A, I extends Tensors, O extends DType>(
  op: Op<A, I, O>,
  inputs: NoInfer<I>,
  attributes: A,
): Tensor<O>[] {
  const frame = current;
  if (!frame) return execute(op, inputs, attributes);
  current = frame.parent; // as `withFrame` does, without a closure for each operation
  try {
    const outputs = apply(op, inputs, attributes);
    frame.observe(op, inputs, outputs, attributes);
    return outputs;
  } finally {
    current = frame;
  }
}

/** `apply` for the usual operation with one output. */
export function applyOne<A, D extends DType>(op: SameTypeOp<A>, inputs: readonly Tensor<D>[], attributes: A): Tensor<D>;
export function applyOne<A, I extends Tensors, O extends DType>(
  op: Op<A, I, O>,
  inputs: NoInfer<I>,
  attributes: A,
): Tensor<O>;
export function applyOne<A, I extends Tensors, O extends DType>(
  op: Op<A, I, O>,
  inputs: NoInfer<I>,
  attributes: A,
): Tensor<O> {
  return nth(apply(op, inputs, attributes), 0);
}

/** Whether values of tensors can be read now, i.e. no program is being recorded. */
export function valuesKnown(): boolean {
  return activeRecorder() === undefined;
}

// The op contract: one object says everything about an operation. `apply` is the only way an operation
// runs, so that every frame (tape, tangents, graph) that is active sees it.
import { activeRecorder } from '../runtime/recorder.js';
import type { Shape } from '../core/shapes.js';
import { Tensor, type DType } from '../tensors/tensor.js';

/** Shape and element type of a result. */
export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What a derivative rule gets to see of one application of its operation. */
export interface Applied<A> {
  /** The inputs; only those the op says it saves may be read, of the others the shape. */
  readonly inputs: readonly Tensor[];
  /** The outputs, under the same condition. */
  readonly outputs: readonly Tensor[];
  readonly attributes: A;
  /** Which inputs a derivative is wanted for. */
  readonly needs: readonly boolean[];
}

/** A cotangent, tangent or gradient; `undefined` stands for zeros. */
export type Maybe = Tensor | undefined;

export interface Rules<A> {
  /** Reverse mode: cotangents of the outputs to cotangents of the inputs, written with ops. */
  readonly vjp: (applied: Applied<A>, cotangents: readonly Maybe[]) => readonly Maybe[];
  /** Forward mode: tangents of the inputs to tangents of the outputs, written with ops. */
  readonly jvp: (applied: Applied<A>, tangents: readonly Maybe[]) => readonly Maybe[];
  /** What the vjp rule reads. Default: all inputs, no output. */
  readonly saves?: { readonly inputs?: boolean; readonly outputs?: boolean };
}

export interface Op<A> {
  readonly name: string;
  /** The shape rule: checks the inputs and throws `ShapeError`/`DTypeError` before anything is allocated. */
  readonly infer: (inputs: readonly Tensor[], attributes: A) => readonly Spec[];
  /** The kernel calls, from inputs into outputs. Left out by views, whose one output shares its input's memory. */
  readonly forward?: (inputs: readonly Tensor[], outputs: readonly Tensor[], attributes: A) => void;
  /** `'later'`: those of an operation that prediction needs as well come with the transformations (`LateOp`). */
  readonly rules: Rules<A> | 'nonDifferentiable' | 'later';
}

/** An operation without its rules: a page that only predicts shall not load them, nor the kernels of gradients. */
export interface LateOp<A> extends Op<A> {
  rules: Rules<A> | 'later';
}

/** What gives an operation its rules, once something differentiates. */
export function lateRules<A>(op: LateOp<A>, rules: Rules<A>): () => void {
  return () => {
    op.rules = rules;
  };
}

/** An operation's rules, if it has any. */
export function rulesOf<A>({ name, rules }: Op<A>): Rules<A> | undefined {
  if (rules === 'later')
    throw new Error(`${name}: expected rules, got none: transformations are in ops/differentiation`);
  return rules === 'nonDifferentiable' ? undefined : rules;
}

/** A transformation under way: it sees each op application of the code it wraps, after it ran below. */
export interface Frame {
  readonly parent: Frame | undefined;
  observe<A>(op: Op<A>, inputs: readonly Tensor[], outputs: readonly Tensor[], attributes: A): void;
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

function execute<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor[] {
  const specs = op.infer(inputs, attributes);
  if (!op.forward) {
    const [input] = inputs;
    const [spec] = specs;
    if (!input || !spec) throw new Error(`${op.name}: a view has one input and one output`);
    return [input.view(spec.shape)];
  }
  const outputs = specs.map(({ shape, dtype }) => Tensor.allocate(shape, dtype));
  try {
    op.forward(inputs, outputs, attributes);
  } catch (error) {
    for (const output of outputs) output.dispose();
    throw error;
  }
  return outputs;
}

/** Applies an operation to tensors: runs it, or records it, and shows it to every active frame. */
export function apply<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor[] {
  const frame = current;
  if (!frame) return execute(op, inputs, attributes);
  return withFrame(frame.parent, () => {
    const outputs = apply(op, inputs, attributes);
    frame.observe(op, inputs, outputs, attributes);
    return outputs;
  });
}

/** `apply` for the usual operation with one output. */
export function applyOne<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  const [output] = apply(op, inputs, attributes);
  if (!output) throw new Error(`${op.name}: expected an output`);
  return output;
}

/** Whether values of tensors can be looked at now, i.e. nothing is being recorded. */
export function valuesKnown(): boolean {
  return activeRecorder() === undefined;
}

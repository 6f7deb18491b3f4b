import type { DType, Tensor } from '../tensors/tensor.js';
import { detach, isTemporary, scoped } from '../tensors/scope.js';
import { addSame } from './linear.js';
import { rulesOf, type Applied, type Frame, type Maybe, type Op, type Tensors, type RuleTable } from './op.js';

/** One recorded application, reduced to what its vjp rule needs. */
interface Node {
  /** Ids of the inputs; `undefined` for those that depend on no watched tensor. */
  readonly inputIds: readonly (number | undefined)[];
  readonly outputIds: readonly number[];
  readonly pull: (cotangents: readonly Maybe[]) => readonly Maybe[];
  readonly saved: readonly Tensor<DType>[];
}

/** A handle that no scope frees: a result's own, if this scope would free it, else a second one. */
const owned = (value: Tensor): Tensor => detach(isTemporary(value) ? value : value.alias());

/** Second handles of the values that a rule will read, which keep them alive. */
function keep<I extends Tensors>(values: I, wanted: boolean, saved: Tensor<DType>[]): I;
// An alias has the type of its tensor, as the signature says; the compiler cannot verify it for a list.
function keep(values: Tensors, wanted: boolean, saved: Tensor<DType>[]): Tensors {
  if (!wanted) return values; // only their shapes may be used; the memory can be freed
  return values.map((value) => {
    const handle = detach(value.alias());
    saved.push(handle);
    return handle;
  });
}

/** Records the operations that depend on the watched tensors, then walks them backwards. */
export class Tape implements Frame {
  readonly parent: Frame | undefined;
  readonly differentiates = true;
  readonly #table: RuleTable;
  /** Ids of the values that depend on a watched tensor. */
  readonly #tracked: Set<number>;
  #nodes: Node[] = [];

  constructor(parent: Frame | undefined, table: RuleTable, watched: readonly Tensor[]) {
    this.parent = parent;
    this.#table = table;
    this.#tracked = new Set(watched.map(({ id }) => id));
  }

  pullsTo({ id }: Tensor<DType>): boolean {
    return this.#tracked.has(id);
  }

  observe<A, I extends Tensors, O extends DType>(
    op: Op<A, I, O>,
    inputs: I,
    outputs: readonly Tensor<O>[],
    attributes: A,
  ): void {
    const inputIds = inputs.map(({ id }) => (this.#tracked.has(id) ? id : undefined));
    const needs = inputIds.map((id) => id !== undefined);
    const rules = needs.includes(true) ? rulesOf(op, this.#table) : undefined;
    if (!rules) return;
    const saved: Tensor<DType>[] = [];
    const applied: Applied<A, I, O> = {
      inputs: keep(inputs, rules.saves?.inputs ?? true, saved),
      outputs: keep(outputs, rules.saves?.outputs ?? false, saved),
      attributes,
      needs,
      table: this.#table,
    };
    for (const { id } of outputs) this.#tracked.add(id);
    this.#nodes.push({
      inputIds,
      outputIds: outputs.map(({ id }) => id),
      pull: (cotangents) => rules.vjp(applied, cotangents),
      saved,
    });
  }

  /**
   * Cotangents of `targets` for a cotangent of `output`. Each cotangent is freed after its use. With `once`, saved
   * values are freed too, and the tape cannot be used again.
   */
  pull(output: Tensor, cotangent: Tensor, targets: readonly Tensor[], once: boolean): Maybe[] {
    const cotangents = new Map<number, Tensor>([[output.id, detach(cotangent.alias())]]);
    try {
      for (const node of this.#nodes.slice().reverse()) {
        if (node.outputIds.some((id) => cotangents.has(id))) this.#step(node, cotangents);
        if (once) for (const saved of node.saved) saved.dispose();
      }
      return targets.map(({ id }) => cotangents.get(id)?.alias());
    } finally {
      for (const held of cotangents.values()) held.dispose();
    }
  }

  #step(node: Node, cotangents: Map<number, Tensor>): void {
    const incoming = node.outputIds.map((id) => cotangents.get(id));
    scoped(() => {
      node.pull(incoming).forEach((value, i) => {
        const id = node.inputIds[i];
        if (!value || id === undefined) return;
        const known = cotangents.get(id);
        cotangents.set(id, owned(known ? addSame(known, value) : value));
        known?.dispose();
      });
    });
    // No output is a target: the ids of targets are older than the tape.
    for (const id of node.outputIds) {
      cotangents.get(id)?.dispose();
      cotangents.delete(id);
    }
  }

  /** Frees the saved values. */
  dispose(): void {
    for (const { saved } of this.#nodes) for (const tensor of saved) tensor.dispose();
    this.#nodes = [];
  }
}

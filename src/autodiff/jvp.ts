import { callable } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { zeros } from '../tensors/creation.js';
import { detach, scoped } from '../tensors/scope.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { checkDirection, checkInputs, checkResult, checkTensors } from './checks.js';
import { identity } from './linear.js';
import { currentFrame, rulesOf, withFrame, type Frame, type Op, type Tensors, type RuleTable } from './op.js';
import type { TensorFunction } from './vjp.js';

/** Forward mode: keeps a tangent for every value that depends on the inputs. */
class Tangents implements Frame {
  readonly parent: Frame | undefined;
  readonly differentiates = true;
  readonly #table: RuleTable;
  readonly #tangents = new Map<number, Tensor>();

  constructor(parent: Frame | undefined, table: RuleTable) {
    this.parent = parent;
    this.#table = table;
  }

  /** Takes over the tangent, which must outlive the rule that made it and any `tidy` around it. */
  set(value: Tensor<DType>, tangent: Tensor): void {
    this.#tangents.set(value.id, detach(tangent));
  }

  get(value: Tensor<DType>): Tensor | undefined {
    return this.#tangents.get(value.id);
  }

  observe<A, I extends Tensors, O extends DType>(
    op: Op<A, I, O>,
    inputs: I,
    outputs: readonly Tensor<O>[],
    attributes: A,
  ): void {
    const tangents = inputs.map((input) => this.get(input));
    const rules = tangents.some((tangent) => tangent !== undefined) ? rulesOf(op, this.#table) : undefined;
    if (!rules) return;
    const needs = tangents.map((tangent) => tangent !== undefined);
    scoped(() => {
      const results = rules.jvp({ inputs, outputs, attributes, needs, table: this.#table }, tangents);
      outputs.forEach((output, i) => {
        const tangent = results[i];
        if (tangent) this.set(output, identity(tangent));
      });
    });
  }

  /** Frees the tangents. */
  dispose(): void {
    for (const tangent of this.#tangents.values()) tangent.dispose();
  }
}

/** The type of `jvp`. */
export type Jvp = (
  f: TensorFunction,
  inputs: readonly Tensor[],
  tangents: readonly Tensor[],
) => [out: Tensor, dout: Tensor];

/** Value and directional derivative; errors name `where`. */
export function jvpOf(
  where: string,
  table: RuleTable,
  f: TensorFunction,
  inputs: readonly Tensor[],
  tangents: readonly Tensor[],
): [out: Tensor, dout: Tensor] {
  callable(where, 'f', f);
  checkInputs(where, inputs);
  checkTensors(where, 'tangents', tangents);
  if (tangents.length !== inputs.length) {
    refuse(ShapeError, where, `as many tangents as inputs (${inputs.length})`, tangents.length);
  }
  inputs.forEach((input, i) => checkDirection(where, `tangent ${i}`, tangents[i], input));
  return scoped<[Tensor, Tensor]>(
    () => {
      const fresh = inputs.map(identity);
      const frame = new Tangents(currentFrame(), table);
      fresh.forEach((value, i) => {
        const tangent = tangents[i];
        if (tangent) frame.set(value, identity(tangent));
      });
      try {
        const out = withFrame(frame, () => checkResult(where, f(...fresh)));
        const dout = frame.get(out);
        return [identity(out), dout ? identity(dout) : zeros(out.shape)];
      } finally {
        frame.dispose();
      }
    },
    (both) => both,
  );
}

/** `jvp` with the derivative rules of a table. */
export function makeJvp(table: RuleTable): Jvp {
  return (f, inputs, tangents) => jvpOf('jvp', table, f, inputs, tangents);
}

import { callable } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { zeros } from '../tensors/creation.js';
import { detach, scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { checkDirection, checkInputs, checkResult } from './grad.js';
import { identity } from './linear.js';
import { currentFrame, rulesOf, withFrame, type Frame, type Op } from './op.js';

/** Carries a tangent beside every value that depends on the inputs: forward mode. */
class Tangents implements Frame {
  readonly parent: Frame | undefined;
  readonly #tangents = new Map<number, Tensor>();

  constructor(parent: Frame | undefined) {
    this.parent = parent;
  }

  /** Takes the tangent over: it outlives the rule that made it and any `tidy` around it. */
  set(value: Tensor, tangent: Tensor): void {
    this.#tangents.set(value.id, detach(tangent));
  }

  get(value: Tensor): Tensor | undefined {
    return this.#tangents.get(value.id);
  }

  observe<A>(op: Op<A>, inputs: readonly Tensor[], outputs: readonly Tensor[], attributes: A): void {
    const tangents = inputs.map((input) => this.get(input));
    const rules = tangents.some((tangent) => tangent !== undefined) ? rulesOf(op) : undefined;
    if (!rules) return;
    const needs = tangents.map((tangent) => tangent !== undefined);
    scoped(
      () => {
        const results = rules.jvp({ inputs, outputs, attributes, needs }, tangents);
        outputs.forEach((output, i) => {
          const tangent = results[i];
          if (tangent) this.set(output, identity(tangent));
        });
      },
      () => [],
    );
  }

  /** Frees the tangents. */
  dispose(): void {
    for (const tangent of this.#tangents.values()) tangent.dispose();
  }
}

/**
 * Value and directional derivative (Jacobian-vector product) in forward mode: one pass, whatever the
 * number of outputs.
 *
 * @param f function of as many tensors as `inputs`
 * @param tangents directions, one an input, of the same shapes
 * @throws ShapeError, DTypeError, TypeError
 * @example
 * ```ts
 * import { init, jvp, sin, tensor } from 'wasmgrad';
 * await init();
 * const [out, dout] = jvp(sin, [tensor(0)], [tensor(1)]);
 * console.log(out.item(), dout.item()); // 0 1
 * ```
 */
export function jvp(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  tangents: readonly Tensor[],
): [out: Tensor, dout: Tensor] {
  callable('jvp', 'f', f);
  checkInputs('jvp', inputs);
  if (tangents.length !== inputs.length) {
    throw new ShapeError(`jvp: expected as many tangents as inputs (${inputs.length}), got ${tangents.length}`);
  }
  inputs.forEach((input, i) => checkDirection('jvp', `tangent ${i}`, tangents[i], input));
  return scoped<[Tensor, Tensor]>(
    () => {
      const fresh = inputs.map(identity);
      const frame = new Tangents(currentFrame());
      fresh.forEach((value, i) => {
        const tangent = tangents[i];
        if (tangent) frame.set(value, identity(tangent));
      });
      try {
        const out = withFrame(frame, () => checkResult('jvp', f(...fresh)));
        const dout = frame.get(out);
        return [identity(out), dout ? identity(dout) : zeros(out.shape)];
      } finally {
        frame.dispose();
      }
    },
    (both) => both,
  );
}

// Functions as lists of operations, which can be applied again to other tensors: the bodies of loops.
import { detach, scoped } from '../tensors/scope.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { identity } from './linear.js';
import { signature } from './numberArguments.js';
import { apply, type Frame, type Op, type Tensors } from './op.js';

/** One application of an operation to numbered values. */
interface Equation {
  readonly run: (inputs: Tensors) => Tensors;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Other tensors of the same types. */
function like<I extends Tensors>(model: I, given: Tensors): I;
// Every value is replaced by one of its own type, as the signature says; the compiler cannot verify it for a list.
function like(_: Tensors, given: Tensors): Tensors {
  return given;
}

/** The operations that a function applies to its arguments and to tensors from outside, the constants. */
export class Body {
  /** What it does: equal for bodies that do the same. */
  readonly text: string;
  readonly #equations: readonly Equation[];
  readonly #inputs: readonly number[];
  readonly #outputs: readonly number[];

  /** `inputs`: constants and arguments. `outputs`: results. */
  constructor(text: string, equations: readonly Equation[], inputs: readonly number[], outputs: readonly number[]) {
    this.text = text;
    this.#equations = equations;
    this.#inputs = inputs;
    this.#outputs = outputs;
  }

  /** The same, which also returns its inputs in [begin, end). */
  returning(begin: number, end: number): Body {
    const outputs = [...this.#outputs, ...this.#inputs.slice(begin, end)];
    return new Body(`${this.text}+${begin},${end}`, this.#equations, this.#inputs, outputs);
  }

  /** Applies the operations to constants and arguments. The results are new handles. */
  run(given: Tensors): Tensor<DType>[] {
    return scoped(
      () => {
        const values = new Map(this.#inputs.map((slot, i) => [slot, given[i]] as const));
        const read = (slots: readonly number[]): Tensors => slots.flatMap((slot) => values.get(slot) ?? []);
        const last = this.#lastUses();
        this.#equations.forEach(({ run, inputs, outputs }, at) => {
          run(read(inputs)).forEach((value, i) => values.set(outputs[i] ?? NaN, value));
          for (const slot of last[at] ?? []) values.get(slot)?.dispose();
        });
        return read(this.#outputs).map((value) => identity(value));
      },
      (results) => results,
    );
  }

  /** For each equation the values of the body that nothing needs after it. */
  #lastUses(): readonly (readonly number[])[] {
    const seen = new Set([...this.#inputs, ...this.#outputs]);
    const found: number[][] = [];
    for (let at = this.#equations.length - 1; at >= 0; at--) {
      const { inputs = [], outputs = [] } = this.#equations[at] ?? {};
      const unused = [...new Set([...inputs, ...outputs])].filter((slot) => !seen.has(slot));
      found[at] = unused;
      for (const slot of unused) seen.add(slot);
    }
    return found;
  }
}

/** A body with the tensors from outside that it needs, as handles of their own. */
export interface TracedBody {
  readonly body: Body;
  readonly constants: readonly Tensor<DType>[];
}

/** Writes down the operations that are applied inside it. */
export class BodyTrace implements Frame {
  readonly parent = undefined;
  /** Whether the operations will be differentiated when they are applied again. */
  readonly differentiates: boolean;
  readonly #slots = new Map<number, number>();
  readonly #equations: Equation[] = [];
  readonly #constants = new Map<number, Tensor<DType>>();
  readonly #arguments: readonly number[];
  #text = '';

  constructor(args: Tensors, differentiates: boolean) {
    this.differentiates = differentiates;
    this.#arguments = args.map(({ id }) => this.#define(id));
  }

  #define(id: number): number {
    const slot = this.#slots.size;
    this.#slots.set(id, slot);
    return slot;
  }

  /** The number of a value; one that is not known yet is a constant. */
  #slotOf(value: Tensor<DType>): number {
    const known = this.#slots.get(value.id);
    if (known !== undefined) return known;
    const slot = this.#define(value.id);
    this.#constants.set(slot, detach(value.alias()));
    return slot;
  }

  observe<A, I extends Tensors, O extends DType>(
    op: Op<A, I, O>,
    inputs: I,
    outputs: readonly Tensor<O>[],
    attributes: A,
  ): void {
    const from = inputs.map((value) => this.#slotOf(value));
    const to = outputs.map(({ id }) => this.#define(id));
    this.#text += `${op.name}(${from.join()})${signature([attributes, outputs])};`;
    this.#equations.push({ run: (given) => apply(op, like(inputs, given), attributes), inputs: from, outputs: to });
  }

  /** The body that returns `results`; the caller disposes its constants. */
  finish(results: Tensors): TracedBody {
    const outputs = results.map((value) => this.#slotOf(value));
    const inputs = [...this.#constants.keys(), ...this.#arguments];
    const text = `${this.#text}${outputs.join()}`;
    return { body: new Body(text, this.#equations, inputs, outputs), constants: [...this.#constants.values()] };
  }

  /** Frees the constants of a trace that is not finished. */
  dispose(): void {
    for (const constant of this.#constants.values()) constant.dispose();
  }
}

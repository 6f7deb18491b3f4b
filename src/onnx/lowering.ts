// What the rules of operations (operators/) are given: the applied operation, and the graph that they add nodes to.
import { refuse } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import type { GraphBuilder, OnnxElements } from './graph.js';
import type { Constant, Dims, SymbolicGraph, SymbolicOp, SymbolicValue } from './symbolic.js';

/** The ONNX nodes of an operation: the names of its outputs, `undefined` for those that ONNX does not have. */
export type Lower = (call: Call) => readonly (string | undefined)[];

/** A value under another shape of the same elements. */
interface View {
  readonly name: string;
  readonly dims: Dims;
}

const same = (a: Dims, b: Dims): boolean => a.length === b.length && a.every((size, i) => size === b[i]);

/** Elements with their axes permuted. */
export function permuted(elements: OnnxElements, dims: readonly number[], perm: readonly number[]): OnnxElements {
  const strides = dims.map((_, i) => sizeOf(dims.slice(i + 1)));
  const sizes = perm.map((axis) => dims[axis] ?? 1);
  const steps = perm.map((axis) => strides[axis] ?? 0);
  const out = elements.slice();
  const index = sizes.map(() => 0);
  let from = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = elements[from] ?? 0;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      from += steps[axis] ?? 0;
      if ((index[axis] ?? 0) < (sizes[axis] ?? 1)) break;
      from -= (steps[axis] ?? 0) * (sizes[axis] ?? 1);
      index[axis] = 0;
    }
  }
  return out;
}

/** The values of the traced graph by their names in ONNX. */
export class Lowering {
  readonly builder: GraphBuilder;
  readonly graph: SymbolicGraph;
  readonly #names = new Map<number, string | undefined>();
  readonly #constants = new Map<string, string>();
  readonly #producers = new Map<number, SymbolicOp>();
  /** Values that are known under a shape with more axes, too. */
  readonly views = new Map<number, View>();
  /** The last valid step of sequences that a recurrent node has made. */
  readonly lastSteps = new Map<number, string>();
  readonly #batch: string;
  #batchSize: string | undefined;

  constructor(builder: GraphBuilder, graph: SymbolicGraph, batch: string) {
    this.builder = builder;
    this.graph = graph;
    this.#batch = batch;
    for (const op of graph.ops) for (const output of op.outputs) this.#producers.set(output, op);
  }

  value(id: number): SymbolicValue {
    const value = this.graph.values[id];
    if (!value) throw new RangeError(`exportOnnx: expected a value of the trace, got ${id}`);
    return value;
  }

  setName(id: number, name: string | undefined): void {
    this.#names.set(id, name);
  }

  producer(id: number): SymbolicOp | undefined {
    return this.#producers.get(id);
  }

  /** The name of a value for operators that broadcast: a constant may have 1 where the value has the batch. */
  broadcastable(id: number): string {
    const { constant } = this.value(id);
    if (constant) return this.constantName(id, constant);
    const name = this.#names.get(id);
    if (name !== undefined) return name;
    const op = this.producer(id);
    refuse(TypeError, 'exportOnnx', 'results that ONNX has', `another result of ${op?.name} in ${op?.layer}`);
  }

  /** The name of a value with its whole shape. */
  name(id: number): string {
    const { constant, dims } = this.value(id);
    const name = this.broadcastable(id);
    return constant && !same(constant.dims, dims) ? this.builder.emit('Expand', [name, this.shape(dims)]) : name;
  }

  /** A constant, in another layout if `key` and `change` say so. */
  constantName(
    id: number,
    constant: Constant,
    key = '',
    change?: (elements: OnnxElements) => OnnxElements,
    dims = constant.dims,
  ): string {
    const at = `${id} ${key}`;
    const known = this.#constants.get(at);
    if (known !== undefined) return known;
    const { weight } = this.value(id);
    const { elements } = constant;
    const name = this.#add(weight, dims, constant.dims, change ? () => change(elements()) : elements);
    this.#constants.set(at, name);
    return name;
  }

  #add(weight: string | undefined, dims: Dims, from: Dims, elements: () => OnnxElements): string {
    const { builder } = this;
    if (weight !== undefined || sizeOf(from) > 1) {
      return builder.constant(weight ?? (builder.layer ? `${builder.layer}/constant` : 'constant'), dims, elements);
    }
    const values = elements();
    const numbers = Array.from(values, Number);
    return values instanceof Int32Array ? builder.int32(numbers, dims) : builder.floats(numbers, dims);
  }

  /** A shape as a value of the graph. */
  shape(dims: Dims): string {
    const { builder } = this;
    if (dims.every((size) => size >= 0)) return builder.int64(dims);
    this.#batchSize ??= builder.emit('Shape', [this.#batch], { start: 0, end: 1 });
    const batch = this.#batchSize;
    const parts = dims.map((size) =>
      size >= 0 ? builder.int64([size]) : size === -1 ? batch : builder.emit('Mul', [batch, builder.int64([-size])]),
    );
    return parts.length === 1 ? (parts[0] ?? batch) : builder.emit('Concat', parts, { axis: 0 });
  }

  /** The value under another shape. */
  reshaped(name: string, dims: Dims): string {
    const free = dims.filter((size) => size < 0).length;
    const shape = free <= 1 ? this.builder.int64(dims.map((size) => (size < 0 ? -1 : size))) : this.shape(dims);
    return this.builder.emit('Reshape', [name, shape]);
  }

  /** The value that `id` is a view of, past any number of reshapes. */
  source(id: number): number {
    const op = this.producer(id);
    const [input] = op?.inputs ?? [];
    return op?.name === 'reshape' && input !== undefined ? this.source(input) : id;
  }
}

/** An applied operation. */
export class Call {
  readonly lowering: Lowering;
  readonly builder: GraphBuilder;
  readonly op: SymbolicOp;

  constructor(lowering: Lowering, op: SymbolicOp) {
    this.lowering = lowering;
    this.builder = lowering.builder;
    this.op = op;
  }

  inputId(i: number): number {
    return this.op.inputs[i] ?? refuse(TypeError, 'exportOnnx', `an input ${i} of ${this.op.name}`, 'none');
  }

  input(i: number): string {
    return this.lowering.name(this.inputId(i));
  }

  /** The input for operators that broadcast. */
  broadcastable(i: number): string {
    return this.lowering.broadcastable(this.inputId(i));
  }

  dims(i: number): Dims {
    return this.lowering.value(this.inputId(i)).dims;
  }

  /** The dims of output i. */
  result(i = 0): Dims {
    return this.lowering.value(this.op.outputs[i] ?? -1).dims;
  }

  constant(i: number): Constant | undefined {
    return this.lowering.value(this.inputId(i)).constant;
  }

  /** An input with its axes permuted; a constant is permuted here. */
  permuted(i: number, perm: readonly number[]): string {
    const constant = this.constant(i);
    if (!constant) return this.builder.transpose(this.input(i), perm);
    const dims = perm.map((axis) => constant.dims[axis] ?? 1);
    const change = (elements: OnnxElements): OnnxElements => permuted(elements, constant.dims, perm);
    return this.lowering.constantName(this.inputId(i), constant, perm.join(), change, dims);
  }

  /** Refuses the operation. */
  refuse(expected: string, got: string): never {
    refuse(TypeError, 'exportOnnx', expected, `${got} (${this.op.name} in ${this.op.layer})`);
  }

  /**
   * Applies a function of the last axis. If x is a view of a tensor with more axes, the function is applied to that
   * one, so that the reshapes before and after it disappear.
   */
  alongLast(lower: (x: string, rank: number) => string): string {
    const { lowering } = this;
    const id = this.inputId(0);
    const source = lowering.source(id);
    const { dims } = lowering.value(source);
    const width = this.dims(0).at(-1);
    if (source === id || dims.length < 2 || dims.at(-1) !== width || lowering.value(source).constant)
      return lower(this.input(0), this.dims(0).length);
    const result = this.result();
    const name = lower(lowering.name(source), dims.length);
    const output = this.op.outputs[0] ?? -1;
    const whole = [...dims.slice(0, -1), result.at(-1) ?? 1];
    if (same(whole, result)) return name;
    lowering.views.set(output, { name, dims: whole });
    return lowering.reshaped(name, result);
  }
}

// One node with its inputs, as operators see it.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { sizeOf } from '../../core/shapes.js';
import { valuesKnown } from '../../autodiff/op.js';
import type { LayerContext } from '../../layers/layer.js';
import type { Tensor } from '../../tensors/tensor.js';
import { labelOf } from './decode.js';
import { DependsOnData } from './mixed.js';
import { dtypeOf, type FileAttribute, type FileDType, type FileNode, type FileTensor } from './file.js';
import { channelsLast, inOrder, isHost, onDevice, plain, type DeviceValue, type Value } from './values.js';

/** What all nodes of a run share. */
export interface RunContext {
  /** The function that errors name. */
  readonly where: string;
  readonly opset: number;
  /** As in a layer. */
  readonly layer: LayerContext;
  /** Whether nodes say themselves that they train (dropout, batch normalisation); else the layer does. */
  readonly exact?: boolean | undefined;
  /** New values of weights, by their names in the graph. */
  readonly updates: Map<string, Tensor>;
  /** The batch that a file with a fixed batch was made for, and the one that it is run with. */
  readonly batch?: { readonly made: number; readonly now: number } | undefined;
  /** While a file is read: how many numbers constants may still have. */
  readonly budget?: { left: number } | undefined;
  /** Told of each weight whose numbers are needed. */
  readonly asked?: ((weight: string) => void) | undefined;
}

/** More numbers than this are not computed on the host, for a whole file. */
export const MOST = 2 ** 22;

export class NodeCall {
  readonly node: FileNode;
  readonly context: RunContext;
  readonly #inputs: readonly (Value | undefined)[];
  /** Whether output i is used. */
  readonly wanted: (i: number) => boolean;

  constructor(
    node: FileNode,
    inputs: readonly (Value | undefined)[],
    context: RunContext,
    wanted: (i: number) => boolean,
  ) {
    this.node = node;
    this.#inputs = inputs;
    this.context = context;
    this.wanted = wanted;
  }

  get opset(): number {
    return this.context.opset;
  }

  /** Number of inputs, with those left out between others. */
  get count(): number {
    return this.#inputs.length;
  }

  has(i: number): boolean {
    return this.#inputs[i] !== undefined;
  }

  /** Input i, or an error if it is left out. */
  value(i: number): Value {
    return this.#inputs[i] ?? this.refuse(`input ${i}`, 'none');
  }

  get values(): Value[] {
    return this.#inputs.map((_, i) => this.value(i));
  }

  dims(i: number): readonly number[] {
    return this.value(i).dims;
  }

  dtype(i: number): FileDType {
    return this.value(i).dtype;
  }

  /** Input i as a tensor of ONNX's shape. */
  tensor(i: number): Tensor {
    return plain(this.value(i));
  }

  optional(i: number): Tensor | undefined {
    return this.has(i) ? this.tensor(i) : undefined;
  }

  device(i: number): DeviceValue {
    return onDevice(this.value(i));
  }

  /** Input i as [batch, ..., channels], from [batch, channels, ...]. */
  image(i: number): Tensor {
    const value = this.device(i);
    if (value.dims.length < 3) this.refuse('an image [batch, channels, ...]', show(value.dims));
    return inOrder(value, channelsLast(value.dims.length));
  }

  /** The numbers of input i, which must not depend on data. */
  numbers(i: number): number[] {
    const value = this.value(i);
    if (isHost(value)) return Array.from(value.numbers);
    if (value.known) {
      if (value.weight !== undefined) this.context.asked?.(value.weight);
      return Array.from(value.known());
    }
    if (valuesKnown()) return Array.from(plain(value).data());
    const name = this.node.inputs[i] ?? '';
    const message = `expected ${show(name)} not to depend on data, got one that does`;
    throw new DependsOnData(`${this.context.where}: ${message} (input ${i} of ${labelOf(this.node)})`, name);
  }

  /** The only number of input i, or a default if it is left out. */
  number(i: number, missing: number): number {
    if (!this.has(i)) return missing;
    const [first, ...others] = this.numbers(i);
    if (first === undefined || others.length > 0) this.refuse(`one number as input ${i}`, show(this.dims(i)));
    return first;
  }

  #attribute(name: string): FileAttribute | undefined {
    const { attributes } = this.node;
    return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  }

  given(name: string): boolean {
    return this.#attribute(name) !== undefined;
  }

  /** A number among the attributes. */
  attribute(name: string, missing?: number): number {
    const value = this.#attribute(name) ?? missing;
    return typeof value === 'number' ? value : this.refuse(`a number ${name}`, show(value));
  }

  flag(name: string, missing = false): boolean {
    return this.attribute(name, Number(missing)) !== 0;
  }

  attributes(name: string): number[] | undefined {
    const value = this.#attribute(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value.map(Number);
    return this.refuse(`numbers ${name}`, show(value));
  }

  text<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.#attribute(name) ?? choices[0];
    return choices.find((choice) => choice === value) ?? this.refuse(`${name} ${choices.join(', ')}`, show(value));
  }

  anyText(name: string): string {
    const value = this.#attribute(name);
    return typeof value === 'string' ? value : this.refuse(`a text ${name}`, show(value));
  }

  /** The type that an attribute names. */
  dtypeAttribute(name: string, missing: FileDType): FileDType {
    if (!this.given(name)) return missing;
    const code = this.attribute(name);
    return dtypeOf(code) ?? this.refuse(`${name} to be a type of numbers`, String(code));
  }

  texts(name: string): string[] | undefined {
    const value = this.#attribute(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value)) return value.map(String);
    return this.refuse(`texts ${name}`, show(value));
  }

  held(name: string): FileTensor | undefined {
    const value = this.#attribute(name);
    if (value === undefined || (typeof value === 'object' && 'numbers' in value)) return value;
    return this.refuse(`a tensor ${name}`, show(value));
  }

  /** Numbers that are an attribute in old versions and input i in new ones. */
  list(name: string, i: number): number[] | undefined {
    return this.attributes(name) ?? (this.has(i) ? this.numbers(i) : undefined);
  }

  /** An axis >= 0 of a rank. */
  axisOf(axis: number, rank: number): number {
    if (Number.isInteger(axis) && axis >= -rank && axis < Math.max(rank, 1)) return axis < 0 ? axis + rank : axis;
    return this.refuse(`an axis of ${rank}`, show(axis));
  }

  /** The attribute `axis` as an axis >= 0 of input 0. */
  axis(missing?: number, rank = this.dims(0).length): number {
    return this.axisOf(this.attribute('axis', missing), rank);
  }

  /** The new value of input i after a training step, if that is a weight. */
  update(i: number, value: Tensor): void {
    this.context.updates.set(this.node.inputs[i] ?? '', value);
  }

  /** The product of sizes, which must be small enough for the host. */
  few(dims: readonly number[]): number {
    const size = sizeOf(dims);
    const { budget = { left: MOST } } = this.context;
    if (!(size <= budget.left)) this.refuse(`at most ${MOST} constant numbers`, `${size}`);
    budget.left -= size;
    return size;
  }

  refuse(expected: string, got: string): never {
    refuse(FormatError, this.context.where, expected, `${got} (${labelOf(this.node)})`);
  }
}

/** What an operator returns: its output, or several of which some may be left out. */
export type Result = Value | readonly (Value | undefined)[];

/** How a node is run. */
export type Operator = (call: NodeCall) => Result;

export type Operators = Readonly<Record<string, Operator>>;

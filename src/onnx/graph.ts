// A graph of ONNX nodes while it is built.

/** A number that is written as a float; plain numbers are integers. */
export interface FloatAttribute {
  readonly float: number;
}

export interface FloatsAttribute {
  readonly floats: readonly number[];
}

export type AttributeValue = number | string | FloatAttribute | FloatsAttribute | readonly number[] | readonly string[];

export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface OnnxNode {
  readonly type: string;
  readonly name: string;
  /** Names of values; '' for one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** The elements of an initializer, whose class tells the type. */
export type OnnxElements = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;

export interface OnnxConstant {
  readonly dims: readonly number[];
  readonly elements: () => OnnxElements;
}

/** An input or output; a size < 0 stands for that multiple of the batch. */
export interface OnnxPort {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dtype: 'f32' | 'i32';
}

export interface OnnxGraph {
  readonly opset: number;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxConstant>;
}

export const float = (value: number): FloatAttribute => ({ float: value });

/** Collects nodes and constants, and names them. */
export class GraphBuilder {
  readonly opset: number;
  readonly nodes: OnnxNode[] = [];
  readonly constants = new Map<string, OnnxConstant>();
  /** The layer that nodes belong to: the first part of their names. */
  layer = '';
  readonly #taken: Set<string>;
  /** The next number after each name. */
  readonly #numbers = new Map<string, number>();
  readonly #known = new Map<string, string>();
  readonly #made = new Map<string, string[]>();

  constructor(opset: number, taken: readonly string[]) {
    this.opset = opset;
    this.#taken = new Set(taken);
  }

  /** The name, or with a number after it if that is taken. */
  unique(name: string): string {
    let free = name;
    let number = this.#numbers.get(name) ?? 2;
    while (this.#taken.has(free)) free = `${name}_${number++}`;
    this.#numbers.set(name, number);
    this.#taken.add(free);
    return free;
  }

  /** Adds a node, unless there is an equal one, and returns the names of its outputs. */
  emitAll(type: string, inputs: readonly string[], count: number, attributes: Attributes = {}): string[] {
    const key = JSON.stringify([type, inputs, count, attributes]);
    const made = this.#made.get(key);
    if (made) return made;
    const name = this.unique(this.layer ? `${this.layer}/${type}` : type);
    const outputs = Array.from({ length: count }, (_, i) => this.unique(`${name}:${i}`));
    const last = inputs.findLastIndex((input) => input !== '');
    this.nodes.push({ type, name, inputs: inputs.slice(0, last + 1), outputs, attributes });
    this.#made.set(key, outputs);
    return outputs;
  }

  /** Adds a node with one output, and returns its name. */
  emit(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const [output = ''] = this.emitAll(type, inputs, 1, attributes);
    return output;
  }

  constant(name: string, dims: readonly number[], elements: () => OnnxElements): string {
    const free = this.unique(name);
    this.constants.set(free, { dims, elements });
    return free;
  }

  #shared(kind: string, dims: readonly number[], values: readonly number[], make: () => OnnxElements): string {
    // JSON has no -0, infinities and NaN
    const key = `${kind} ${dims.join()} ${values.map((value) => (Object.is(value, -0) ? '-0' : value)).join()}`;
    const known = this.#known.get(key) ?? this.constant('constant', dims, make);
    this.#known.set(key, known);
    return known;
  }

  /** A small constant, shared by all who need it. */
  floats(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#shared('f32', dims, values, () => Float32Array.from(values));
  }

  /** The same of int32. */
  int32(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#shared('i32', dims, values, () => Int32Array.from(values));
  }

  /** The same of int64, which ONNX wants for axes and shapes. */
  int64(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#shared('i64', dims, values, () => BigInt64Array.from(values.map(BigInt)));
  }

  /** A scalar. */
  scalar(value: number): string {
    return this.floats([value], []);
  }

  transpose(x: string, perm: readonly number[]): string {
    return perm.every((axis, i) => axis === i) ? x : this.emit('Transpose', [x], { perm });
  }
}

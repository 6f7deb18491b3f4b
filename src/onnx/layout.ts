// Moves transposes behind the nodes that do not depend on the order of axes, and removes those that cancel. So images
// are transposed where a network begins and ends, and not around every convolution.
import { sizeOf } from '../core/shapes.js';
import type { AttributeValue, GraphBuilder, OnnxNode } from './graph.js';
import { permuted } from './lowering.js';

/** Functions of each element; with several inputs they broadcast. */
const ELEMENTWISE = new Set([
  ...[
    'Abs',
    'Neg',
    'Sqrt',
    'Exp',
    'Log',
    'Sin',
    'Cos',
    'Erf',
    'Sign',
    'Sigmoid',
    'Tanh',
    'Relu',
    'Softplus',
    'Softsign',
  ],
  ...['LeakyRelu', 'Elu', 'Celu', 'Gelu', 'Clip', 'Cast', 'Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min'],
  ...['Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Floor', 'Ceil', 'Round', 'Reciprocal', 'Mod', 'Not'],
  ...['GreaterOrEqual', 'LessOrEqual'],
  ...['Greater', 'Less', 'Equal', 'Where', 'Identity'],
]);

const isNumbers = (value: AttributeValue | undefined): value is readonly number[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'number');

interface Transposed {
  readonly source: string;
  readonly perm: readonly number[];
}

class Layout {
  readonly nodes: OnnxNode[] = [];
  readonly #builder: GraphBuilder;
  /** Values that are the transpose of another. */
  readonly #transposed = new Map<string, Transposed>();
  /** Values that are another one. */
  readonly #aliases = new Map<string, string>();

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  resolve(name: string): string {
    return this.#aliases.get(name) ?? name;
  }

  add(given: OnnxNode): void {
    const node = { ...given, inputs: given.inputs.map((input) => this.resolve(input)) };
    const [input = ''] = node.inputs;
    if (node.type === 'Transpose') this.#transpose(node, input, node.attributes['perm']);
    else if (!this.#moved(node) && !this.#reduced(node)) this.nodes.push(node);
  }

  #transpose(node: OnnxNode, input: string, given: AttributeValue | undefined): void {
    const perm = isNumbers(given) ? given : [];
    const [output = ''] = node.outputs;
    const before = this.#transposed.get(input);
    const source = before?.source ?? input;
    const whole = before ? perm.map((axis) => before.perm[axis] ?? 0) : perm;
    if (whole.every((axis, i) => axis === i)) {
      this.#aliases.set(output, source);
      return;
    }
    this.#transposed.set(output, { source, perm: whole });
    this.nodes.push({ ...node, inputs: [source], attributes: { perm: whole } });
  }

  /** Adds the node before the transpose of its inputs, and a transpose after it, if that gives the same. */
  #moved(node: OnnxNode): boolean {
    const found = node.inputs.map((input) => this.#transposed.get(input)).find((each) => each !== undefined);
    const [output, second] = node.outputs;
    if (!found || output === undefined || second !== undefined) return false;
    const { perm } = found;
    const inputs = this.#sources(node, perm);
    const attributes = inputs && this.#attributes(node, perm);
    if (!inputs || !attributes) return false;
    const inner = this.#builder.unique(`${node.name}:channelsFirst`);
    this.nodes.push({ ...node, inputs, outputs: [inner], attributes });
    this.#transposed.set(output, { source: inner, perm });
    const name = this.#builder.unique(`${node.name}/Transpose`);
    this.nodes.push({ type: 'Transpose', name, inputs: [inner], outputs: [output], attributes: { perm } });
    return true;
  }

  /** Adds a reduction over the axes that they are before the transpose, if the other axes are in the same order. */
  #reduced(node: OnnxNode): boolean {
    const [input = '', axesName] = node.inputs;
    const found = this.#transposed.get(input);
    if (!found || !node.type.startsWith('Reduce') || node.attributes['keepdims'] !== 0) return false;
    const given = node.attributes['axes'];
    const listed = axesName === undefined ? undefined : this.#builder.constants.get(axesName)?.elements();
    const axes = isNumbers(given) ? given : Array.from(listed ?? [], Number);
    const kept = found.perm.filter((_, i) => !axes.includes(i));
    if (kept.some((axis, i) => axis < (kept[i - 1] ?? -1))) return false;
    const before = axes.map((axis) => found.perm[axis] ?? 0);
    if (isNumbers(given))
      this.nodes.push({ ...node, inputs: [found.source], attributes: { ...node.attributes, axes: before } });
    else this.nodes.push({ ...node, inputs: [found.source, this.#builder.int64(before)] });
    return true;
  }

  /** The inputs before the transpose; `undefined` unless all have the same or are constants. */
  #sources(node: OnnxNode, perm: readonly number[]): string[] | undefined {
    if (node.type !== 'Concat' && node.type !== 'Pad' && !ELEMENTWISE.has(node.type)) return undefined;
    const sources = node.inputs.map((input, i) => {
      const transposed = this.#transposed.get(input);
      if (transposed) return transposed.perm.join() === perm.join() ? transposed.source : undefined;
      if (node.type === 'Pad') return i === 1 ? this.#padding(input, perm) : input;
      return input === '' ? input : this.#constant(input, perm);
    });
    return sources.every((source) => source !== undefined) ? sources : undefined;
  }

  #attributes({ type, attributes }: OnnxNode, perm: readonly number[]): OnnxNode['attributes'] | undefined {
    if (type !== 'Concat') return attributes;
    const { axis } = attributes;
    return typeof axis === 'number' ? { axis: perm[axis < 0 ? axis + perm.length : axis] ?? 0 } : undefined;
  }

  /** A constant before the transpose. */
  #constant(name: string, perm: readonly number[]): string | undefined {
    const constant = this.#builder.constants.get(name);
    if (!constant) return undefined;
    if (sizeOf(constant.dims) === 1) return constant.dims.length <= perm.length ? name : undefined;
    const padded = [...Array.from({ length: perm.length - constant.dims.length }, () => 1), ...constant.dims];
    const back = perm.map((_, axis) => perm.indexOf(axis));
    const dims = back.map((axis) => padded[axis] ?? 1);
    return this.#builder.constant(name, dims, () => permuted(constant.elements(), padded, back));
  }

  /** Cells before and after each axis. */
  #padding(name: string, perm: readonly number[]): string | undefined {
    const cells = this.#builder.constants.get(name)?.elements();
    if (!cells) return undefined;
    const at = (i: number): number => Number(cells[i] ?? 0);
    const back = perm.map((_, axis) => perm.indexOf(axis));
    return this.#builder.int64([...back.map(at), ...back.map((axis) => at(axis + perm.length))]);
  }
}

/** The nodes with fewer transposes, and the new names of `outputs`. */
export function withoutTransposes(
  builder: GraphBuilder,
  outputs: readonly string[],
): { readonly nodes: readonly OnnxNode[]; readonly outputs: readonly string[] } {
  const layout = new Layout(builder);
  for (const node of builder.nodes) layout.add(node);
  return { nodes: layout.nodes, outputs: outputs.map((output) => layout.resolve(output)) };
}

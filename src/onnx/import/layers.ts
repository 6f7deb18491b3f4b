// From an analysed graph to connected layers.
import { sizeOf, type Shape } from '../../core/shapes.js';
import { activation } from '../../layers/activation.js';
import type { Layer, WeightSpec } from '../../layers/layer.js';
import { connect, input, type Symbolic } from '../../models/functional.js';
import { isTensor, type Tensor } from '../../tensors/tensor.js';
import type { Analysis } from './analysis.js';
import { blocksOf, signature, type Block } from './blocks.js';
import { blockLayer, partLayer, type BlockConfig, type BlockNode, type BlockPort } from './blockLayer.js';
import { fixedBatch } from './dryRun.js';
import type { FileAttribute, FileNode } from './file.js';
import type { HostConstant } from './hostConstants.js';
import { nameBlock, Namer } from './naming.js';
import { nativeLayer } from './nativeLayers.js';
import { sampleShape } from './ports.js';
import { weightShape, type FileWeight } from './weights.js';

/** The layers of a model, and what to fill their weights with. */
export interface Connected {
  readonly inputs: readonly Symbolic[];
  readonly outputs: readonly Symbolic[];
  readonly weights: ReadonlyMap<string, FileWeight>;
}

/** Numbers that JSON lacks are texts. */
function plainAttribute(value: FileAttribute): FileAttribute {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'object' && 'numbers' in value) return { ...value, numbers: Array.from(value.numbers) };
  return value;
}

function plainNode({ op, name, domain, inputs, outputs, attributes }: FileNode): BlockNode {
  const plain = Object.entries(attributes).map(([key, value]) => [key, plainAttribute(value)] as const);
  return { op, name, domain, inputs, outputs, attributes: Object.fromEntries(plain) };
}

/** A value between layers. */
function portOf({ seen, batchAxis, ports }: Analysis, name: string): BlockPort {
  const input = ports.find((port) => port.name === name);
  const { dtype = 'f32', dims = [], order: given } = seen.get(name) ?? {};
  const axis = batchAxis.get(name) ?? 0;
  const rest = dims.map((_, i) => i).filter((i) => i !== axis);
  const order = input?.order ?? (given && given[0] === axis ? given : [axis, ...rest]);
  const shape = input ? sampleShape(input) : order.slice(1).map((i) => dims[i] ?? 1);
  return { name, dtype, shape, order };
}

/** The constants that nodes need. */
function constantsOf({ nodes }: Block, { constants }: Analysis): Record<string, HostConstant> {
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const found = nodes.flatMap(({ inputs }) =>
    inputs.flatMap((name): [string, HostConstant][] => {
      const constant = constants.get(name);
      return constant && !made.has(name) ? [[name, constant]] : [];
    }),
  );
  return Object.fromEntries(found);
}

/** How a weight is used first. */
function useOf({ nodes }: Block, name: string): { name: string; op: string; input: number } {
  const node = nodes.find(({ inputs }) => inputs.includes(name));
  return { name, op: node?.op ?? '', input: node?.inputs.indexOf(name) ?? 0 };
}

/** A layer of the library whose weights are not trained if all of the file's are not. */
function fixed(layer: Layer, isFixed: boolean): Layer {
  if (!isFixed || !layer.init) return layer;
  const init = (shape: Shape): Readonly<Record<string, WeightSpec | Tensor>> =>
    Object.fromEntries(
      Object.entries(layer.init?.(shape) ?? {}).map(([name, spec]) => [
        name,
        isTensor(spec) ? spec : { ...spec, trainable: false },
      ]),
    );
  return { ...layer, init };
}

/** Rows of the table in which the block looks up its only input. */
function indicesOf({ nodes, inputs }: Block, { weights }: Analysis): number | undefined {
  const [only, ...others] = inputs;
  const users = nodes.filter((node) => node.inputs.includes(only ?? ''));
  const tables = users.map(({ op, inputs: from, attributes }) => {
    const table = op === 'Gather' && from[1] === only ? weights.get(from[0] ?? '') : undefined;
    return table?.dims[Number(attributes['axis'] ?? 0)];
  });
  return others.length > 0 || tables.some((size) => size === undefined) ? undefined : tables[0];
}

export class Connector {
  readonly #analysis: Analysis;
  readonly #frozen: boolean;
  readonly #namer = new Namer();
  readonly #values = new Map<string, Symbolic>();
  /** Layers by what they do, since blocks that do the same with the same weights are one layer. */
  readonly #layers = new Map<string, Layer>();
  readonly #weights = new Map<string, FileWeight>();

  constructor(analysis: Analysis, frozen: boolean) {
    this.#analysis = analysis;
    this.#frozen = frozen;
  }

  connect(): Connected {
    const { ports, file } = this.#analysis;
    const inputs = ports.map((port) => {
      const value = input({ shape: sampleShape(port) });
      this.#values.set(port.name, value);
      return value;
    });
    for (const block of blocksOf(this.#analysis)) this.#add(block);
    return {
      inputs,
      outputs: file.outputs.flatMap(({ name }) => {
        const value = this.#values.get(name);
        if (!value) return [];
        return inputs.includes(value) ? [connect(activation('linear'), value)] : [value]; // a model's outputs are made by layers
      }),
      weights: this.#weights,
    };
  }

  #add(block: Block): void {
    const sources = block.inputs.flatMap((name) => this.#values.get(name) ?? []);
    const outputs = block.ends.map((name) => portOf(this.#analysis, name));
    const key = signature(block);
    const layer = (block.weights.length > 0 && this.#layers.get(key)) || this.#layer(block, outputs);
    this.#layers.set(key, layer);
    const result = connect(layer, ...sources);
    const [single] = outputs;
    if (single && outputs.length === 1) this.#values.set(single.name, result);
    else this.#takeApart(layer.name ?? 'onnx', result, outputs);
  }

  #takeApart(name: string, row: Symbolic, outputs: readonly BlockPort[]): void {
    let begin = 0;
    for (const { name: output, shape } of outputs) {
      const part = partLayer({ begin, shape }, this.#namer.unique(`part of ${name}`));
      this.#values.set(output, connect(part, row));
      begin += sizeOf(shape);
    }
  }

  #layer(block: Block, outputs: readonly BlockPort[]): Layer {
    const { file, ports, weights: all } = this.#analysis;
    const last = block.nodes.at(-1) ?? { name: '', op: 'onnx' };
    const uses = block.weights.map((each) => useOf(block, each));
    const { layer: name, shorts } = nameBlock(this.#namer, uses, last);
    const weights = block.weights.flatMap((each) => {
      const weight = all.get(each);
      if (!weight) return [];
      const { dtype, order, trainable } = weight;
      return [{ name: each, short: shorts.get(each) ?? each, dtype, order, trainable, shape: weightShape(weight) }];
    });
    const config: BlockConfig = {
      opset: file.opset,
      nodes: block.nodes.map(plainNode),
      inputs: block.inputs.map((each) => portOf(this.#analysis, each)),
      outputs,
      weights,
      constants: constantsOf(block, this.#analysis),
      made: fixedBatch(ports, 1)?.made,
      frozen: this.#frozen,
      indices: indicesOf(block, this.#analysis),
    };
    const native = nativeLayer(config, name);
    weights.forEach(({ name: each, short }, i) => {
      const weight = all.get(each);
      if (weight) this.#weights.set(`${name}/${native?.names[i] ?? short}`, weight);
    });
    return native ? fixed(native.layer, weights.every(({ trainable }) => !trainable)) : blockLayer(config, name); // prettier-ignore
  }
}

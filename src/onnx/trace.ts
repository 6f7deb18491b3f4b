// A network as the list of operations that it applies to a batch, seen by a frame while the network runs once.
import { currentFrame, withFrame, type Frame, type Op, type Tensors } from '../autodiff/op.js';
import type { Shape } from '../core/shapes.js';
import type { Layer } from '../layers/layer.js';
import { indicesOf } from '../models/indexInputs.js';
import { forward, weightTree, type InferenceNetwork, type NamedLayer, type NetworkParts } from '../models/network.js';
import { maskSteps } from '../ops/maskSteps.js';
import { full, tensor } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import type { DType, Tensor } from '../tensors/tensor.js';

/** The elements of a constant. */
export type Elements = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** A value of the trace. */
export interface TracedValue {
  readonly shape: Shape;
  readonly dtype: DType;
  /** The elements, if they do not depend on the inputs of the network. */
  readonly elements: (() => Elements) | undefined;
  /** The name of a weight. */
  readonly weight: string | undefined;
}

/** An applied operation. Values are known by their position in `Trace.values`. */
export interface TracedOp {
  readonly name: string;
  readonly attributes: unknown;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** The name of the layer that applied it. */
  readonly layer: string;
}

export interface Trace {
  readonly values: readonly TracedValue[];
  readonly ops: readonly TracedOp[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

class TraceFrame implements Frame {
  readonly parent = currentFrame();
  readonly differentiates = false;
  readonly values: TracedValue[] = [];
  readonly ops: TracedOp[] = [];
  layer = '';
  readonly #positions = new Map<number, number>();

  /** A new value. */
  add({ id, shape, dtype }: Tensor<DType>, elements?: () => Elements, weight?: string): number {
    const position = this.values.push({ shape, dtype, elements, weight }) - 1;
    this.#positions.set(id, position);
    return position;
  }

  /** The position of a value; one that no operation has made is a constant. */
  of(value: Tensor<DType>): number {
    return this.#positions.get(value.id) ?? this.addConstant(value);
  }

  addConstant(value: Tensor<DType>): number {
    const copy = value.data(); // the tensor may be disposed before the end
    return this.add(value, () => copy);
  }

  observe<A, I extends Tensors, O extends DType>(
    { name }: Op<A, I, O>,
    inputs: I,
    outputs: readonly Tensor<O>[],
    attributes: A,
  ): void {
    const from = inputs.map((input) => this.of(input));
    const constant = from.every((position) => this.values[position]?.elements);
    const to = outputs.map((output) => (constant ? this.addConstant(output) : this.add(output)));
    if (!constant) this.ops.push({ name, attributes, inputs: from, outputs: to, layer: this.layer });
  }

  whole(name: string, inputs: Tensors, attributes: unknown, run: () => Tensor[]): Tensor[] {
    const from = inputs.map((input) => this.of(input));
    const before = this.ops.length;
    const results = run();
    if (this.ops.length === before) return results; // all constants
    this.ops.length = before;
    const outputs = results.map((result) => this.of(result));
    this.ops.push({ name, attributes, inputs: from, outputs, layer: this.layer });
    return results;
  }
}

/** The layers with another `apply`: the parts of several inputs come from outside, and the frame learns names. */
function observed(
  { layers }: NetworkParts,
  frame: TraceFrame,
  parts: readonly Tensor[],
  rows: (outputs: readonly Tensor[]) => void,
): NamedLayer[] {
  let part = 0;
  return layers.map((named) => {
    const { name, layer } = named;
    const input = layer.kind === 'inputPart' ? parts[part++] : undefined;
    const { merge } = layer;
    const wrapped: Layer = {
      kind: layer.kind,
      recurrent: layer.recurrent,
      outputShape: (shape) => layer.outputShape(shape),
      apply: (weights, x, context) => {
        frame.layer = name;
        if (!input) return layer.apply(weights, x, context);
        const { lengths } = context;
        if (!lengths || layer.config?.['sequence'] !== true) return { output: input, lengths: null };
        return { output: maskSteps(input, lengths), lengths };
      },
      merge: merge && {
        outputShape: (shapes) => merge.outputShape(shapes),
        apply: (xs, weights, context) => {
          frame.layer = name;
          if (layer.kind === 'outputRow') rows(xs);
          return merge.apply(xs, weights, context);
        },
      },
    };
    return { ...named, layer: wrapped };
  });
}

/** Example inputs. Where indices are expected, every value is one. */
function examples({ layers, inputShape, inputShapes, indices }: NetworkParts, batch: number, fill: number): Tensor[] {
  const embeds = layers.some(({ layer }) => layer.indices !== undefined);
  return (inputShapes ?? [inputShape]).map((shape, i) => {
    const count = inputShapes ? indicesOf(layers, i + 1) : indices;
    const value = count !== undefined ? Math.min(1, count - 1) : 0.5;
    return full([batch, ...shape], count === undefined && embeds ? 0 : fill * value);
  });
}

/** What `run` does with the inputs. */
export function traceRun(
  inputs: readonly Tensor<DType>[],
  weights: NetworkParts['weights'],
  run: (frame: TraceFrame) => readonly Tensor<DType>[],
): Trace {
  const frame = new TraceFrame();
  const positions = inputs.map((input) => frame.add(input));
  for (const { name, tensor: weight } of weights) frame.add(weight, () => weight.data(), name);
  const outputs = withFrame(frame, () => run(frame)).map((output) => frame.of(output));
  return { values: frame.values, ops: frame.ops, inputs: positions, outputs };
}

export interface TraceOptions {
  /** Rows of the batch. */
  readonly batch: number;
  /** Whether sequences have lengths, which are then the last input. */
  readonly lengths: boolean;
  /** 0 or 1: two traces with different ones show which constants depend on the input. */
  readonly fill: 0 | 1;
}

/** Runs the network in inference mode. */
export function traceNetwork(network: InferenceNetwork, { batch, lengths, fill }: TraceOptions): Trace {
  return scoped(() => {
    const parts = examples(network, batch, fill);
    const steps = lengths ? (network.ports?.steps('exportOnnx') ?? network.inputShape[0] ?? 1) : 1;
    const valid = lengths ? tensor(new Int32Array(batch).fill(steps)) : undefined;
    const [first] = parts;
    const x = first && parts.length === 1 ? first : full([batch, ...network.inputShape], 0);
    return traceRun(valid ? [...parts, valid] : parts, network.weights, (frame) => {
      let several: readonly Tensor[] | undefined;
      const layers = observed(network, frame, parts, (outputs) => (several = outputs));
      const weights = weightTree(network.weights);
      const { output } = forward(layers, weights, x, { training: false, lengths: valid });
      return several ?? [output];
    });
  });
}

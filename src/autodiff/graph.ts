import { callable } from '../core/checks.js';
import { shapeText, type Shape } from '../core/shapes.js';
import { scoped } from '../tensors/scope.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { checkResult, checkTensors } from './checks.js';
import { identity } from './linear.js';
import { currentFrame, withFrame, type Frame, type Op, type Tensors } from './op.js';

/** A value of a computational graph, and the operation that made it. */
export interface GraphNode {
  readonly id: number;
  /** The operation's name; `'input'` for the function's arguments, `'constant'` for captured values. */
  readonly op: string;
  /** Ids of the operation's inputs. */
  readonly inputs: readonly number[];
  readonly shape: Shape;
}

export interface Graph {
  /** The nodes. Each comes after the nodes it uses; the last one is the result. */
  readonly nodes: readonly GraphNode[];
  /** The graph in the DOT language of Graphviz. */
  toDot(): string;
}

class GraphFrame implements Frame {
  readonly parent: Frame | undefined;
  readonly differentiates: boolean;
  readonly nodes: GraphNode[] = [];
  readonly #ids = new Map<number, number>();

  constructor(parent: Frame | undefined) {
    this.parent = parent;
    this.differentiates = parent?.differentiates ?? false;
  }

  add(value: Tensor<DType>, op: string, inputs: readonly number[]): number {
    const id = this.nodes.length;
    this.nodes.push({ id, op, inputs, shape: value.shape });
    this.#ids.set(value.id, id);
    return id;
  }

  idOf(value: Tensor<DType>): number {
    return this.#ids.get(value.id) ?? this.add(value, 'constant', []);
  }

  observe<A, I extends Tensors, O extends DType>(op: Op<A, I, O>, inputs: I, outputs: readonly Tensor<O>[]): void {
    const ids = inputs.map((input) => this.idOf(input));
    for (const output of outputs) this.add(output, op.name, ids);
  }
}

function toDot(nodes: readonly GraphNode[]): string {
  const lines = nodes.map(({ id, op, shape }) => {
    const label = shape.length ? `${op}\\n${shapeText(shape)}` : op;
    return `  n${id} [label="${label}", shape=${op === 'input' || op === 'constant' ? 'ellipse' : 'box'}];`;
  });
  const edges = nodes.flatMap(({ id, inputs }) => inputs.map((input) => `  n${input} -> n${id};`));
  return ['digraph {', '  rankdir=LR;', ...lines, ...edges, '}', ''].join('\n');
}

/**
 * The computational graph of `f` at the given inputs, for display.
 *
 * @throws TypeError when `inputs` is not an array of tensors or `f` does not return a tensor
 * @example
 * ```ts
 * import { graph, init, mul, sub, tensor } from 'wasmgrad';
 * await init();
 * const { nodes, toDot } = graph((y, p) => mul(0.5, mul(sub(y, p), sub(y, p))), [tensor(1), tensor(2)]);
 * console.log(nodes.length, toDot());
 * ```
 */
export function graph(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): Graph {
  callable('graph', 'f', f);
  checkTensors('graph', 'inputs', inputs);
  return scoped(() => {
    const frame = new GraphFrame(currentFrame());
    const fresh = inputs.map(identity);
    for (const input of fresh) frame.add(input, 'input', []);
    const out = withFrame(frame, () => checkResult('graph', f(...fresh)));
    const last = frame.idOf(out);
    const nodes = frame.nodes.filter(({ id }) => id <= last);
    return { nodes, toDot: () => toDot(nodes) };
  });
}

import { isPlain, show, wholeNumber } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { shapeText, type Shape } from '../core/shapes.js';
import type { GraphNode } from '../autodiff/graph.js';
import { graphPicture, type GraphBox } from './graphPicture.js';
import { labelsOf, pictureOptions, stringOf, type PictureOptions } from './options.js';
import { fitted } from './svg.js';

export interface OperationGraphOptions extends PictureOptions {
  /** Names of the inputs, in their order. Default `'input'`. */
  readonly names?: ArrayLike<string> | undefined;
}

const WHERE = 'operationGraph';

function nodesOf(graph: unknown): { op: string; inputs: readonly number[]; shape: Shape }[] {
  const nodes: unknown = typeof graph === 'object' && graph !== null ? Reflect.get(graph, 'nodes') : undefined;
  if (!Array.isArray(nodes)) refuse(TypeError, WHERE, 'the result of graph(f, inputs)', show(graph));
  return Array.from(nodes as readonly unknown[], (node, i) => {
    if (!isPlain(node)) refuse(TypeError, WHERE, `nodes[${i}] to be a node`, show(node));
    const { op, inputs, shape } = node;
    if (!Array.isArray(inputs)) refuse(TypeError, WHERE, `inputs of nodes[${i}] to be an array`, show(inputs));
    if (!Array.isArray(shape)) refuse(TypeError, WHERE, `shape of nodes[${i}] to be an array`, show(shape));
    return {
      op: stringOf(WHERE, `op of nodes[${i}]`, op),
      inputs: Array.from(inputs, (at) => wholeNumber(WHERE, `inputs of nodes[${i}]`, at, { min: 0, below: i })),
      shape: Array.from(shape, (size) => wholeNumber(WHERE, `shape of nodes[${i}]`, size, { min: 0 })),
    };
  });
}

/**
 * A computational graph from left to right: what `graph(f, inputs)` found. Round boxes are inputs and constants.
 *
 * @param graph result of `graph`
 * @param options `names` of the inputs, in their order; `title`, `theme`
 * @returns an SVG document as text
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { graph, init, mul, sin, tensor } from 'wasmgrad';
 * import { operationGraph } from 'wasmgrad/plot';
 * await init();
 * using x = tensor(2);
 * console.log(operationGraph(graph((a) => mul(a, sin(a)), [x]), { names: ['x'] }).includes('>sin</text>')); // true
 * ```
 */
export function operationGraph(
  graph: { readonly nodes: readonly GraphNode[] },
  options: OperationGraphOptions = {},
): string {
  const { title, theme } = pictureOptions(WHERE, options, 'Computational graph', ['names']);
  const names = options.names === undefined ? [] : labelsOf(WHERE, options.names, 0);
  const nodes = nodesOf(graph);
  let input = 0;
  const boxes = nodes.map(({ op, inputs, shape }): GraphBox => {
    const name = op === 'input' ? (names[input++] ?? 'input') : op;
    const label = shape.length > 0 ? `${fitted(name, 200)} ${shapeText(shape)}` : fitted(name, 200);
    const isLeaf = inputs.length === 0;
    return { lines: [label], inputs, round: isLeaf, late: isLeaf };
  });
  const description = `${title}: ${nodes.length} values. ${boxes.slice(0, 100).map(({ lines }) => lines.join(' ')).join('; ')}.`; // prettier-ignore
  return graphPicture(boxes, { title, description, theme, direction: 'right' });
}

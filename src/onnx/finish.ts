// The last steps on a graph of nodes: what nothing needs is left out, and the outputs get their names.
import type { GraphBuilder, OnnxConstant, OnnxNode } from './graph.js';

export interface Finished {
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxConstant>;
}

/** Nodes that the outputs need. */
function needed(nodes: readonly OnnxNode[], outputs: readonly string[]): OnnxNode[] {
  const wanted = new Set(outputs);
  const kept: OnnxNode[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    for (const input of node.inputs) wanted.add(input);
    // The last outputs are left out if nothing needs them. TopK's are not optional.
    const named = (name: string): string => (wanted.has(name) || node.type === 'TopK' ? name : '');
    const last = node.outputs.findLastIndex((output) => wanted.has(output));
    kept.push({ ...node, outputs: node.outputs.slice(0, last + 1).map(named) });
  }
  return kept.reverse();
}

/**
 * ONNX Runtime joins Pad and MaxPool, and forgets that the cells of a Pad count as 0 (1.30, its PadFusion). It does not
 * join them when there is another node between, here the maximum of one value.
 */
function keptApart(builder: GraphBuilder, nodes: readonly OnnxNode[]): OnnxNode[] {
  const padded = new Set(nodes.flatMap(({ type, outputs }) => (type === 'Pad' ? outputs : [])));
  return nodes.flatMap((node) => {
    const [x = ''] = node.inputs;
    if (node.type !== 'MaxPool' || !padded.has(x)) return [node];
    const name = builder.unique(`${node.name}/Max`);
    return [
      { type: 'Max', name, inputs: [x], outputs: [name], attributes: {} },
      { ...node, inputs: [name] },
    ];
  });
}

/** Renames the values `from` to `to`. One that is not the result of a node, or has two names, gets an Identity. */
function named(
  builder: GraphBuilder,
  nodes: readonly OnnxNode[],
  from: readonly string[],
  to: readonly string[],
): OnnxNode[] {
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const names = new Map<string, string>();
  const copies: OnnxNode[] = [];
  from.forEach((value, i) => {
    const name = to[i] ?? value;
    if (made.has(value) && !names.has(value)) names.set(value, name);
    else
      copies.push({
        type: 'Identity',
        name: builder.unique(`${name}/Identity`),
        inputs: [value],
        outputs: [name],
        attributes: {},
      });
  });
  const rename = (value: string): string => names.get(value) ?? value;
  return [...nodes, ...copies].map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
}

/** @param outputs values by the names that they get, in order */
export function finished(
  builder: GraphBuilder,
  nodes: readonly OnnxNode[],
  outputs: readonly string[],
  names: readonly string[],
): Finished {
  const all = named(builder, keptApart(builder, needed(nodes, outputs)), outputs, names);
  const used = new Set(all.flatMap(({ inputs }) => inputs));
  return { nodes: all, constants: new Map([...builder.constants].filter(([name]) => used.has(name))) };
}

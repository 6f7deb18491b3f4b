// A traced graph as a graph of ONNX nodes.
import { refuse } from '../core/errors.js';
import { finished } from './finish.js';
import { GraphBuilder, type OnnxGraph } from './graph.js';
import { withoutTransposes } from './layout.js';
import { Call, Lowering } from './lowering.js';
import { operators } from './operators/index.js';
import type { SymbolicGraph } from './symbolic.js';

export interface OnnxGraphOptions {
  readonly opset: number;
  /** Names of the inputs and outputs. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** @throws TypeError for an operation that ONNX does not have, and for a name that is given twice */
export function onnxGraph(graph: SymbolicGraph, { opset, inputs, outputs }: OnnxGraphOptions): OnnxGraph {
  const names = [...inputs, ...outputs];
  if (new Set(names).size < names.length)
    refuse(TypeError, 'exportOnnx', 'different names of inputs and outputs', names.join(', '));
  const builder = new GraphBuilder(opset, names);
  const lowering = new Lowering(builder, graph, inputs[0] ?? '');
  graph.inputs.forEach((id, i) => lowering.setName(id, inputs[i]));
  for (const op of graph.ops) {
    builder.layer = op.layer;
    const lower = operators.get(op.name);
    if (!lower) refuse(TypeError, 'exportOnnx', 'operations that ONNX has', `${op.name} in the layer ${op.layer}`);
    lower(new Call(lowering, op)).forEach((name, i) => lowering.setName(op.outputs[i] ?? -1, name));
  }
  const results = graph.outputs.map((id) => lowering.name(id));
  const moved = withoutTransposes(builder, results);
  const port = (id: number, name = '') => {
    const { dims, dtype } = lowering.value(id);
    return { name, dims, dtype };
  };
  return {
    opset,
    inputs: graph.inputs.map((id, i) => port(id, inputs[i])),
    outputs: graph.outputs.map((id, i) => port(id, outputs[i])),
    ...finished(builder, moved.nodes, moved.outputs, outputs),
  };
}

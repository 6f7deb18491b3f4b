// What a file computes from constants only is computed when it is read.
import { sizeOf } from '../../core/shapes.js';
import { shapesOnly } from '../../runtime/shapesOnly.js';
import { tensor } from '../../tensors/creation.js';
import { scoped } from '../../tensors/scope.js';
import { Tensor } from '../../tensors/tensor.js';
import { MOST, type RunContext } from './call.js';
import { isFloat, type FileNode, type FileTensor, type OnnxFile } from './file.js';
import { runNode } from './run.js';
import { device, isHost, plain, type Value } from './values.js';

/** Results may be larger than the constants that they come from by this factor. */
const GROWTH = 4;
const SMALL = 1024;

/** Operators whose results are weights, when their inputs are constants. */
const STORED = ['DequantizeLinear', 'QuantizeLinear'];

export interface Folded {
  readonly file: OnnxFile;
  /** Names of tensors that are constants, not weights. */
  readonly constants: ReadonlySet<string>;
}

/** Outputs of a node whose inputs are constants; `undefined` for one that makes much of little. */
function computed(
  node: FileNode,
  known: ReadonlyMap<string, FileTensor>,
  context: RunContext,
): readonly (FileTensor | undefined)[] | undefined {
  const valuesOf = (make: (held: FileTensor) => Tensor): Map<string, Value> =>
    new Map(
      node.inputs.flatMap((name): [string, Value][] => {
        const held = known.get(name);
        if (!held) return [];
        return [[name, isFloat(held.dtype) ? { ...device(make(held), held.dtype), known: () => held.numbers } : held]];
      }),
    );
  const all = (): boolean => true;
  const run = (values: Map<string, Value>) => runNode(node, values, context, all);
  const total = node.inputs.reduce((sum, name) => sum + sizeOf(known.get(name)?.dims ?? []), 0);
  const sizes = shapesOnly(() =>
    scoped(() => run(valuesOf(({ dims }) => Tensor.allocate(dims))).map((value) => sizeOf(value?.dims ?? []))),
  );
  if (sizes.some((size) => size > Math.max(SMALL, GROWTH * total))) return undefined;
  return scoped(() =>
    run(valuesOf(({ dims, numbers }) => tensor(Float32Array.from(numbers), dims))).map((value) => {
      if (!value) return undefined;
      const { dtype, dims } = value;
      return { dtype, dims, numbers: isHost(value) ? value.numbers : plain(value).data() };
    }),
  );
}

/** The file without nodes that are constant. With weights that are not to be trained, whatever they make is constant, too. */
export function folded(where: string, file: OnnxFile, trainable: boolean): Folded {
  const known = new Map(file.initializers);
  const constants = new Set<string>();
  const nodes: FileNode[] = [];
  const context = {
    where,
    opset: file.opset,
    layer: { training: false, stream: 0 },
    updates: new Map<string, Tensor>(),
    budget: { left: MOST },
  };
  for (const node of file.nodes) {
    const [from = '', ...others] = node.inputs;
    const [to = ''] = node.outputs;
    const held = known.get(from);
    const fixed = node.inputs.every((name) => name === '' || known.has(name));
    const copies = node.op === 'Identity' && held !== undefined && others.length === 0;
    const folds = node.op === 'Constant' || (fixed && (STORED.includes(node.op) || !trainable));
    const results = copies ? [held] : folds ? computed(node, known, context) : undefined;
    if (!results) nodes.push(node);
    results?.forEach((result, i) => {
      const name = node.outputs[i] ?? '';
      if (result && name !== '') known.set(name, result);
    });
    if (node.op === 'Constant' || (copies && constants.has(from))) constants.add(to);
  }
  const used = new Set([...nodes.flatMap(({ inputs }) => inputs), ...file.outputs.map(({ name }) => name)]);
  const initializers = new Map([...known].filter(([name]) => used.has(name)));
  return { file: { ...file, nodes, initializers }, constants };
}

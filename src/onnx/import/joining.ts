// Nodes that are one operation here: products with bias and activation, and what exporters write for operators that older
// versions of ONNX lack.
import type { FileNode, FileTensor, OnnxFile } from './file.js';
import { Links } from './links.js';
import { normalizationsJoined } from './normalizedFilters.js';

/** A node in place of several: the others are left out. */
interface Joined {
  readonly node: FileNode;
  readonly others: readonly FileNode[];
}

type Pattern = (node: FileNode, links: Links) => Joined | undefined;

const axesOf = (node: FileNode, links: Links): string => {
  const { axes } = node.attributes;
  const held = Array.isArray(axes) ? axes : links.constant(node.inputs[1])?.numbers;
  return Array.from(held ?? [], Number).join();
};

/** The input of a node that is not `name`. */
const other = ({ inputs }: FileNode, name: string | undefined): string | undefined =>
  inputs.length === 2 && inputs.includes(name ?? '') ? inputs[inputs[0] === name ? 1 : 0] : undefined;

/** x W, then + b. */
const biased: Pattern = (node, links) => {
  const sum = links.next(node);
  const weight = links.constant(node.inputs[1]);
  if (node.op !== 'MatMul' || node.inputs.length !== 2 || sum?.op !== 'Add' || weight?.dims.length !== 2)
    return undefined;
  const bias = other(sum, node.outputs[0]);
  const { dims } = links.constant(bias) ?? {};
  if (bias === undefined || dims?.length !== 1 || dims[0] !== weight.dims[1]) return undefined;
  return { node: { ...node, inputs: [...node.inputs, bias], outputs: sum.outputs }, others: [sum] };
};

const ACTIVATIONS: Readonly<Record<string, string>> = { Relu: 'relu', Sigmoid: 'sigmoid', Tanh: 'tanh', LeakyRelu: 'leakyRelu' }; // prettier-ignore

/** Whether the product has the form of a layer: constant matrix or filter, and bias. */
function isLayer({ op, inputs, attributes }: FileNode, links: Links): boolean {
  const weight = links.constant(inputs[1]);
  const bias = links.constant(inputs[2]);
  if (!weight || 'activation' in attributes) return false;
  if (op === 'Conv') return true;
  if (op === 'MatMul') return weight.dims.length === 2;
  const { alpha = 1, beta = 1, transA = 0 } = attributes;
  const columns = weight.dims[attributes['transB'] === 1 ? 0 : 1];
  const plainBias = inputs[2] === undefined || (beta === 1 && bias?.dims.length === 1 && bias.dims[0] === columns);
  return op === 'Gemm' && alpha === 1 && transA === 0 && plainBias;
}

/** A product, then an activation that kernels apply to their result. */
const activated: Pattern = (node, links) => {
  const next = links.next(node);
  const activation = next && ACTIVATIONS[next.op];
  if (!activation || !isLayer(node, links)) return undefined;
  // Losses want the logits, which an activation of its own gives.
  if (activation === 'sigmoid' && next.outputs.some((name) => links.isOutput(name))) return undefined;
  const { alpha = 0.01 } = next.attributes;
  if (typeof alpha !== 'number' || alpha < 0) return undefined;
  const attributes = { ...node.attributes, activation, slope: alpha };
  return { node: { ...node, attributes, outputs: next.outputs }, others: [next] };
};

/** x / 2 (1 + erf(x / sqrt(2))), as PyTorch writes gelu: Div, Erf, Add, Mul, Mul. */
const gelu: Pattern = (node, links) => {
  const [x = ''] = node.inputs;
  const divisor = links.number(node.inputs[1]) ?? 0;
  if (node.op !== 'Div' || Math.abs(divisor - Math.SQRT2) > 1e-5) return undefined;
  const erf = links.next(node);
  const sum = erf?.op === 'Erf' ? links.next(erf) : undefined;
  const product = sum?.op === 'Add' && links.number(other(sum, erf?.outputs[0])) === 1 ? links.next(sum) : undefined;
  if (!erf || !sum || product?.op !== 'Mul' || other(product, sum.outputs[0]) !== x) return undefined;
  const half = links.next(product);
  if (half?.op !== 'Mul' || links.number(other(half, product.outputs[0])) !== 0.5) return undefined;
  const made = { ...half, op: 'Gelu', inputs: [x], attributes: { approximate: 'none' } };
  return { node: made, others: [node, erf, sum, product] };
};

/** Whether a constant is a vector of the size. */
const isVector = (held: FileTensor | undefined, size?: number): boolean =>
  held?.dims.length === 1 && (size === undefined || held.dims[0] === size);

/** (x - mean) / sqrt(mean of (x - mean)^2 + epsilon), then scaled and shifted, as PyTorch writes layer normalisation. */
const layerNormalization: Pattern = (node, links) => {
  const [x = ''] = node.inputs;
  if (node.op !== 'ReduceMean' || axesOf(node, links) !== '-1') return undefined;
  const centred = links.next(node);
  if (centred?.op !== 'Sub' || centred.inputs[0] !== x) return undefined;
  const [difference = ''] = centred.outputs;
  const users = links.users(difference);
  const square = users.find(({ op, inputs }) => op === 'Pow' && links.number(inputs[1]) === 2);
  const quotient = users.find(({ op, inputs }) => op === 'Div' && inputs[0] === difference);
  if (!square || !quotient || users.length !== 2) return undefined;
  const variance = links.next(square);
  const sum = variance?.op === 'ReduceMean' && axesOf(variance, links) === '-1' ? links.next(variance) : undefined;
  const epsilon = sum?.op === 'Add' ? links.number(other(sum, variance?.outputs[0])) : undefined;
  const root = sum && links.next(sum);
  if (!variance || !sum || !(epsilon !== undefined && epsilon > 0) || root?.op !== 'Sqrt') return undefined;
  const scaled = links.next(quotient);
  const shifted = scaled && links.next(scaled);
  const scale = scaled && other(scaled, quotient.outputs[0]);
  const shift = scaled && shifted && other(shifted, scaled.outputs[0]);
  if (links.next(root) !== quotient || scaled?.op !== 'Mul' || shifted?.op !== 'Add') return undefined;
  if (!scale || !shift || !isVector(links.constant(scale)) || !isVector(links.constant(shift), links.constant(scale)?.dims[0])) return undefined; // prettier-ignore
  const made = {
    ...shifted,
    op: 'LayerNormalization',
    name: node.name.replace(/\/?ReduceMean(_\d+)?$/, '') || node.name,
  };
  return {
    node: { ...made, inputs: [x, scale, shift], attributes: { axis: -1, epsilon } },
    others: [node, centred, square, quotient, variance, sum, root, scaled],
  };
};

/** The mean of each channel, whose image axes of size 1 go away. */
const flatPool: Pattern = (node, links) => {
  const next = links.next(node);
  const isFlatten = next?.op === 'Flatten' && (next.attributes['axis'] ?? 1) === 1;
  if (node.op !== 'GlobalAveragePool' || !isFlatten) return undefined;
  return { node: { ...node, outputs: next.outputs, attributes: { flat: 1 } }, others: [next] };
};

const PATTERNS: readonly Pattern[] = [gelu, layerNormalization, biased, activated, flatPool];

/** Nodes that do nothing in prediction. */
function withoutIdle(file: OnnxFile): OnnxFile {
  const links = new Links(file);
  const names = new Map<string, string>();
  const nodes = file.nodes.flatMap((node) => {
    const inputs = node.inputs.map((name) => names.get(name) ?? name);
    const [from = ''] = inputs;
    const [to = '', ...others] = node.outputs;
    const isIdle = node.op === 'Identity' || (node.op === 'Dropout' && others.every((name) => links.users(name).length === 0)); // prettier-ignore
    if (!isIdle || links.isOutput(to)) return [{ ...node, inputs }];
    names.set(to, from);
    return [];
  });
  return { ...file, nodes };
}

/** The file with nodes joined by one pattern. Nodes stay in an order in which each comes after what it uses. */
function applied(file: OnnxFile, pattern: Pattern): OnnxFile {
  const links = new Links(file);
  const last = new Map<FileNode, FileNode>();
  const gone = new Set<FileNode>();
  for (const node of file.nodes) {
    if (gone.has(node) || last.has(node)) continue;
    const joined = pattern(node, links);
    if (!joined || joined.others.some((each) => gone.has(each) || last.has(each))) continue;
    // In place of the one that made the result
    const place = file.nodes.find(({ outputs }) => outputs[0] === joined.node.outputs[0]) ?? node;
    gone.add(node);
    for (const each of joined.others) gone.add(each);
    gone.delete(place);
    last.set(place, joined.node);
  }
  return { ...file, nodes: file.nodes.filter((node) => !gone.has(node)).map((node) => last.get(node) ?? node) };
}

/** The file with nodes that are one operation here joined; if it is for prediction only, without those that do nothing then. */
export function joined(file: OnnxFile, trainable: boolean): OnnxFile {
  if (trainable) return PATTERNS.reduce(applied, file);
  return PATTERNS.reduce(applied, normalizationsJoined(withoutIdle(file)));
}

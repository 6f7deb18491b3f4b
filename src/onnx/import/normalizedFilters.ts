// For prediction, a batch normalisation after a convolution is part of its filter and bias.
import { sizeOf } from '../../core/shapes.js';
import type { FileNode, FileTensor, OnnxFile } from './file.js';
import { Links } from './links.js';

const vector = (numbers: readonly number[]): FileTensor => ({
  dtype: 'f32',
  dims: [numbers.length],
  numbers: Float32Array.from(numbers),
});

/** Filter and bias with the scale of each channel, and what is added to it. */
function scaled(conv: FileNode, norm: FileNode, links: Links): readonly [FileTensor, FileTensor] | undefined {
  const filter = links.constant(conv.inputs[1]);
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => links.constant(norm.inputs[i]));
  const bias = links.constant(conv.inputs[2]);
  if (!filter || !gamma || !beta || !mean || !variance || (conv.inputs[2] && !bias)) return undefined;
  const { epsilon = 1e-5 } = norm.attributes;
  const channels = filter.dims[0] ?? 0;
  if (typeof epsilon !== 'number' || gamma.numbers.length !== channels) return undefined;
  const scales = Array.from(gamma.numbers, (g, i) => g / Math.sqrt((variance.numbers[i] ?? 0) + epsilon));
  const each = sizeOf(filter.dims) / channels;
  const numbers = Float32Array.from(filter.numbers, (x, i) => x * (scales[Math.floor(i / each)] ?? 0));
  const shifts = scales.map((s, i) => (beta.numbers[i] ?? 0) + ((bias?.numbers[i] ?? 0) - (mean.numbers[i] ?? 0)) * s);
  return [{ ...filter, dtype: 'f32', numbers }, vector(shifts)];
}

/** The file with the filters of convolutions before normalisations scaled, and without those normalisations. */
export function normalizationsJoined(file: OnnxFile): OnnxFile {
  const links = new Links(file);
  const initializers = new Map(file.initializers);
  const gone = new Set<FileNode>();
  const nodes = file.nodes.map((node) => {
    const norm = node.op === 'Conv' ? links.next(node) : undefined;
    if (norm?.op !== 'BatchNormalization' || norm.inputs[0] !== node.outputs[0]) return node;
    if (norm.attributes['training_mode'] === 1 || norm.attributes['spatial'] === 0) return node;
    const [x = '', filter = ''] = node.inputs;
    const found = scaled(node, norm, links);
    if (!found) return node;
    const names = [filter, node.inputs[2] ?? norm.inputs[2] ?? ''].map((name) => `${name} of ${norm.name}`);
    names.forEach((name, i) => {
      const held = found[i];
      if (held) initializers.set(name, held);
    });
    gone.add(norm);
    return { ...node, inputs: [x, ...names], outputs: norm.outputs.slice(0, 1) };
  });
  return { ...file, initializers, nodes: nodes.filter((node) => !gone.has(node)) };
}

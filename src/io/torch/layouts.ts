// How the weights of each kind of layer lie in PyTorch's modules, and back.
import { refuse, ShapeError } from '../../core/errors.js';
import { show } from '../../core/checks.js';
import { sizeOf, type Shape } from '../../core/shapes.js';
import { blocks, permuted, reshaped, tensorOf, type Numbers, type TorchModule } from './modules.js';

export type Weights = Readonly<Record<string, Numbers>>;

/** Shapes of a layer's weights by their short names; without a model they are not known. */
export type Shapes = Readonly<Record<string, Shape>>;

/** Both directions for one kind of layer. */
export interface Layout {
  /** Whether a module can be of this kind. */
  readonly accepts: (module: TorchModule) => boolean;
  readonly fromTorch: (where: string, module: TorchModule, shapes: Shapes | undefined) => Weights;
  readonly toTorch: (weights: Weights) => Readonly<Record<string, Numbers>>;
}

const rankOf = ({ tensors }: TorchModule, short = 'weight'): number => tensors[short]?.shape.length ?? -1;
const maybe = (short: string, numbers: Numbers | undefined): Weights => (numbers ? { [short]: numbers } : {});

/** A layer with a kernel and a bias, the axes of whose weight are in another order. */
function kernelLayout(
  rank: number,
  axes: readonly number[],
  target?: (kernel: Numbers, shapes: Shapes | undefined, where: string, what: string) => Numbers,
): Layout {
  // prettier-ignore
  const back = axes.map((_, i) => axes.indexOf(i));
  return {
    accepts: (module) => rankOf(module) === rank && !module.tensors['running_mean'],
    fromTorch(where, module, shapes) {
      const kernel = permuted(tensorOf(where, module, 'weight'), axes);
      const what = show(`${module.name}.weight`);
      return {
        kernel: target ? target(kernel, shapes, where, what) : kernel,
        ...maybe('bias', module.tensors['bias']),
      };
    },
    toTorch: ({ kernel, bias }) => ({ ...(kernel && { weight: permuted(kernel, back) }), ...maybe('bias', bias) }),
  };
}

/** [out, 1, height, width] and [height, width, in, multiplier], whose last two axes are one there. */
const depthwise: Layout = {
  ...kernelLayout(4, [2, 3, 1, 0], (kernel, shapes, where, what) => {
    const [height = 1, width = 1, , out = 1] = kernel.shape;
    return reshaped(where, what, kernel, shapes?.['kernel'] ?? [height, width, out, 1]);
  }),
  toTorch({ kernel, bias }) {
    if (!kernel) return {};
    const [height = 1, width = 1, channels = 1, multiplier = 1] = kernel.shape;
    const flat = { shape: [height, width, 1, channels * multiplier], data: kernel.data };
    return { weight: permuted(flat, [3, 2, 0, 1]), ...maybe('bias', bias) };
  },
};

const RUNNING = ['running_mean', 'running_var'];

/** Names here and there, without a change of layout. */
function renamed(names: Readonly<Record<string, string>>, accepts: Layout['accepts']): Layout {
  const pairs = Object.entries(names);
  return {
    accepts,
    fromTorch: (_, { tensors }) => picked(pairs, tensors),
    toTorch: (weights) =>
      picked(
        pairs.map(([ours, theirs]) => [theirs, ours]),
        weights,
      ),
  };
}

/** Those of some numbers that are there, under new names. */
function picked(pairs: readonly (readonly [name: string, from: string])[], numbers: Weights): Weights {
  return Object.fromEntries(
    pairs.flatMap(([name, from]) => {
      const found = numbers[from];
      return found ? [[name, found] as const] : [];
    }),
  );
}

function sum(a: Numbers, b: Numbers): Numbers {
  return { shape: a.shape, data: a.data.map((value, i) => value + (b.data[i] ?? 0)) };
}

/** The gates' order here in PyTorch's, and how many biases are kept apart. */
interface Gates {
  readonly order: readonly number[];
  readonly twoBiases: boolean;
}

function recurrentFrom(where: string, module: TorchModule, { order, twoBiases }: Gates, suffix: string): Weights {
  const take = (short: string): Numbers => blocks(tensorOf(where, module, `${short}${suffix}`), order);
  const [input, hidden] = [take('weight_ih'), take('weight_hh')];
  const weights = { kernel: permuted(input, [1, 0]), recurrentKernel: permuted(hidden, [1, 0]) };
  if (!module.tensors[`bias_ih${suffix}`]) return weights;
  const [a, b] = [take('bias_ih'), take('bias_hh')];
  if (!twoBiases) return { ...weights, bias: sum(a, b) };
  return { ...weights, bias: { shape: [2, a.data.length], data: Float32Array.of(...a.data, ...b.data) } };
}

function recurrentTo({ kernel, recurrentKernel, bias }: Weights, { order, twoBiases }: Gates, suffix: string): Weights {
  if (!kernel || !recurrentKernel) return {};
  const back = order.map((_, i) => order.indexOf(i));
  const put = (numbers: Numbers): Numbers => blocks(permuted(numbers, [1, 0]), back);
  const weights = { [`weight_ih_l0${suffix}`]: put(kernel), [`weight_hh_l0${suffix}`]: put(recurrentKernel) };
  if (!bias) return weights;
  const width = kernel.shape[1] ?? 0;
  const row = (i: number): Numbers =>
    blocks({ shape: [width], data: bias.data.slice(i * width, (i + 1) * width) }, back);
  const other = twoBiases ? row(1) : { shape: [width], data: new Float32Array(width) };
  return { ...weights, [`bias_ih_l0${suffix}`]: row(0), [`bias_hh_l0${suffix}`]: other };
}

/** Number of gates of a module: rows of a weight by its columns. */
function gatesIn({ tensors }: TorchModule): number {
  const [rows = 0, columns = 1] = tensors['weight_hh']?.shape ?? [];
  return rows / columns;
}

function isReversed({ tensors }: TorchModule): boolean {
  return tensors['weight_ih_reverse'] !== undefined;
}

const GATES: Readonly<Record<string, Gates>> = {
  simpleRnn: { order: [0], twoBiases: false },
  lstm: { order: [0, 1, 2, 3], twoBiases: false },
  gru: { order: [1, 0, 2], twoBiases: true },
};

function recurrent(kind: 'simpleRnn' | 'lstm' | 'gru'): Layout {
  const gates = GATES[kind] ?? { order: [0], twoBiases: false };
  return {
    accepts: (module) => gatesIn(module) === gates.order.length && !isReversed(module),
    fromTorch: (where, module) => recurrentFrom(where, module, gates, ''),
    toTorch: (weights) => recurrentTo(weights, gates, ''),
  };
}

const prefixed = (prefix: string, weights: Weights): Weights =>
  Object.fromEntries(Object.entries(weights).map(([name, numbers]) => [`${prefix}${name}`, numbers]));

/** The layout of `bidirectional` around a kind of layer. */
export function bidirectionalLayout(kind: string): Layout | undefined {
  const gates = Object.hasOwn(GATES, kind) ? GATES[kind] : undefined;
  if (!gates) return undefined;
  const of = (weights: Weights, direction: string): Weights =>
    Object.fromEntries(Object.entries(weights).filter(([name]) => name.startsWith(direction)).map(([name, numbers]) => [name.slice(direction.length), numbers])); // prettier-ignore
  return {
    accepts: (module) => gatesIn(module) === gates.order.length && isReversed(module),
    fromTorch: (where, module) => ({
      ...prefixed('forward/', recurrentFrom(where, module, gates, '')),
      ...prefixed('backward/', recurrentFrom(where, module, gates, '_reverse')),
    }),
    toTorch: (weights) => ({
      ...recurrentTo(of(weights, 'forward/'), gates, ''),
      ...recurrentTo(of(weights, 'backward/'), gates, '_reverse'),
    }),
  };
}

const ROLES = ['query', 'key', 'value'] as const;

/** One of three equal parts of the first axis. */
function third({ shape, data }: Numbers, i: number): Numbers {
  const [rows = 0, ...rest] = shape;
  const size = data.length / 3;
  return { shape: [rows / 3, ...rest], data: data.slice(i * size, (i + 1) * size) };
}

function together(parts: readonly Numbers[]): Numbers {
  const [, ...rest] = parts[0]?.shape ?? [];
  const rows = parts.reduce((total, { shape }) => total + (shape[0] ?? 0), 0);
  const data = new Float32Array(parts.reduce((total, part) => total + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { shape: [rows, ...rest], data };
}

const attention: Layout = {
  accepts: ({ tensors }) => ['in_proj_weight', 'q_proj_weight'].some((name) => tensors[name]),
  fromTorch(where, module) {
    const { tensors } = module;
    const all = tensors['in_proj_weight'];
    const bias = tensors['in_proj_bias'];
    if ((all?.shape[0] ?? 0) % 3 !== 0) refuse(ShapeError, where, `${show(`${module.name}.in_proj_weight`)} of three parts`, all?.shape ?? []); // prettier-ignore
    const pairs = ROLES.flatMap((role, i) => {
      const kernel = all ? third(all, i) : tensorOf(where, module, `${role.slice(0, 1)}_proj_weight`);
      return Object.entries({ [`${role}Kernel`]: permuted(kernel, [1, 0]), ...(bias && { [`${role}Bias`]: third(bias, i) }) }); // prettier-ignore
    });
    const output = permuted(tensorOf(where, module, 'out_proj.weight'), [1, 0]);
    return { ...Object.fromEntries(pairs), outputKernel: output, ...maybe('outputBias', tensors['out_proj.bias']) };
  },
  toTorch(weights) {
    const present = (names: readonly string[]): Numbers[] => names.flatMap((name) => weights[name] ?? []);
    const kernels = present(ROLES.map((role) => `${role}Kernel`)).map((kernel) => permuted(kernel, [1, 0]));
    const biases = present(ROLES.map((role) => `${role}Bias`));
    const { outputKernel: output, outputBias } = weights;
    return {
      in_proj_weight: together(kernels),
      ...(biases.length > 0 && { in_proj_bias: together(biases) }),
      ...(output && { 'out_proj.weight': permuted(output, [1, 0]) }),
      ...maybe('out_proj.bias', outputBias),
    };
  },
};

/** A learned slope for each channel, or one for all. */
const prelu: Layout = {
  accepts: (module) => rankOf(module) === 1 && Object.keys(module.tensors).length === 1,
  fromTorch(where, module, shapes) {
    const weight = tensorOf(where, module, 'weight');
    const shape = shapes?.['alpha'] ?? weight.shape;
    if (weight.data.length === 1)
      return { alpha: { shape, data: new Float32Array(sizeOf(shape)).fill(weight.data[0] ?? 0) } };
    return { alpha: reshaped(where, show(`${module.name}.weight`), weight, shape) };
  },
  toTorch: ({ alpha }) => maybe('weight', alpha && { shape: [alpha.data.length], data: alpha.data }),
};

/** By kind, in the order in which a module is taken to be of one when there is no model. */
export const layouts: Readonly<Record<string, Layout>> = {
  batchNorm: renamed(
    { gamma: 'weight', beta: 'bias', movingMean: 'running_mean', movingVariance: 'running_var' },
    ({ tensors }) => RUNNING.every((name) => tensors[name]),
  ),
  layerNorm: renamed({ gamma: 'weight', beta: 'bias' }, (module) => rankOf(module) === 1 && !module.tensors['running_mean']), // prettier-ignore
  prelu,
  embedding: renamed({ embeddings: 'weight' }, (module) => rankOf(module) === 2 && !module.tensors['bias']),
  dense: kernelLayout(2, [1, 0]),
  conv1d: kernelLayout(3, [2, 1, 0]),
  conv2d: kernelLayout(4, [2, 3, 1, 0]),
  depthwiseConv2d: depthwise,
  conv2dTranspose: kernelLayout(4, [2, 3, 1, 0]),
  simpleRnn: recurrent('simpleRnn'),
  lstm: recurrent('lstm'),
  gru: recurrent('gru'),
  multiHeadAttention: attention,
};

/** The kind of layer of a module without a model: as most are, and an embedding only if it is called so. */
export function guessedKind(module: TorchModule): string | undefined {
  const isEmbedding = /emb/i.test(module.name);
  return Object.keys(layouts).find((kind) => {
    if (!layouts[kind]?.accepts(module)) return false;
    if (kind === 'embedding') return isEmbedding;
    return kind !== 'layerNorm' || module.tensors['bias'] !== undefined;
  });
}

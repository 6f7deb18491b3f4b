// Where the weights of each layer of the library are in files of Keras'.
import type { Layer } from '../../layers/layer.js';

/** A weight's place in files. */
export interface Slot {
  /** The weight's short name in the library's layer. */
  readonly target: string;
  /** The last part of its name in files that go by names; one of these. */
  readonly names: readonly string[];
  /** How the part of the name before that begins, for layers with layers inside. */
  readonly part: string;
  /** The folder of the variables, below that of the layer, in files of Keras 3; one of these. */
  readonly folders: readonly string[];
  /** Whether axes are put together here that are apart in Keras. */
  readonly isMerged: boolean;
}

function slot(target: string, ...names: readonly string[]): Slot {
  return { target, names: names.length > 0 ? names : [target], part: '', folders: [''], isMerged: false };
}

const kernelAndBias = [slot('kernel'), slot('bias')];
const recurrent = [slot('kernel'), slot('recurrentKernel', 'recurrent_kernel'), slot('bias')].map((each) => ({
  ...each,
  folders: ['cell'],
}));

const byKind: Readonly<Record<string, readonly Slot[]>> = {
  dense: kernelAndBias,
  conv1d: kernelAndBias,
  conv2d: kernelAndBias,
  conv2dTranspose: kernelAndBias,
  depthwiseConv2d: [slot('kernel', 'depthwise_kernel', 'kernel'), slot('bias')],
  separableConv2d: [
    slot('depthwiseKernel', 'depthwise_kernel'),
    slot('pointwiseKernel', 'pointwise_kernel'),
    slot('bias'),
  ],
  batchNorm: [
    slot('gamma'),
    slot('beta'),
    slot('movingMean', 'moving_mean'),
    slot('movingVariance', 'moving_variance'),
  ],
  layerNorm: [slot('gamma'), slot('beta')],
  groupNorm: [slot('gamma'), slot('beta')],
  rmsNorm: [slot('gamma', 'scale', 'gamma')],
  embedding: [slot('embeddings')],
  prelu: [slot('alpha')],
  normalization: ['mean', 'variance'].map((name) => ({ ...slot(name), isMerged: true })),
  simpleRnn: recurrent,
  lstm: recurrent,
  gru: recurrent,
  multiHeadAttention: ['query', 'key', 'value', 'output'].flatMap((what) =>
    kernelAndBias.map(({ target, names }) => ({
      target: `${what}${target === 'kernel' ? 'Kernel' : 'Bias'}`,
      names,
      part: what === 'output' ? 'attention_output' : what,
      folders: [`${what}_dense`, `_${what}_dense`],
      isMerged: true,
    })),
  ),
};

function inside({ inner, kind }: Layer): readonly Slot[] {
  const slots = inner ? allSlots(inner) : [];
  if (kind !== 'bidirectional')
    return slots.map((each) => ({ ...each, folders: each.folders.map((folder) => below('layer', folder)) }));
  return ['forward', 'backward'].flatMap((direction) =>
    slots.map((each) => ({
      ...each,
      target: `${direction}/${each.target}`,
      part: direction,
      folders: each.folders.map((folder) => below(`${direction}_layer`, folder)),
    })),
  );
}

function below(folder: string, rest: string): string {
  return rest === '' ? folder : `${folder}/${rest}`;
}

function allSlots(layer: Layer): readonly Slot[] {
  if (layer.inner) return inside(layer);
  const kind = layer.kind ?? '';
  return (Object.hasOwn(byKind, kind) ? byKind[kind] : undefined) ?? [];
}

/** The places of those weights that a layer has, in the order of Keras. */
export function slotsOf(layer: Layer, shorts: readonly string[]): Slot[] {
  return allSlots(layer).filter(({ target }) => shorts.includes(target));
}

/** The class of Keras' for each kind of layer, as Keras 3 names folders. */
const FOLDERS: Readonly<Record<string, string>> = {
  dense: 'dense',
  conv1d: 'conv1d',
  conv2d: 'conv2d',
  conv2dTranspose: 'conv2d_transpose',
  depthwiseConv2d: 'depthwise_conv2d',
  separableConv2d: 'separable_conv2d',
  batchNorm: 'batch_normalization',
  layerNorm: 'layer_normalization',
  groupNorm: 'group_normalization',
  rmsNorm: 'rms_normalization',
  embedding: 'embedding',
  prelu: 'p_re_lu',
  normalization: 'normalization',
  simpleRnn: 'simple_rnn',
  lstm: 'lstm',
  gru: 'gru',
  bidirectional: 'bidirectional',
  timeDistributed: 'time_distributed',
  multiHeadAttention: 'multi_head_attention',
};

/** The folder of a layer's kind in files of Keras 3; the kind itself for one that Keras does not have. */
export function folderOfKind(kind: string): string {
  return (Object.hasOwn(FOLDERS, kind) ? FOLDERS[kind] : undefined) ?? kind;
}

// Recurrent layers of Keras', those that wrap others, attention, and layers with several inputs.
import { addLayers } from '../../layers/addLayers.js';
import { averageLayers } from '../../layers/averageLayers.js';
import { bidirectional } from '../../layers/bidirectional.js';
import { concatenate } from '../../layers/concatenate.js';
import { gru } from '../../layers/gru.js';
import type { Layer } from '../../layers/layer.js';
import { lstm } from '../../layers/lstm.js';
import { maximumLayers } from '../../layers/maximumLayers.js';
import { minimumLayers } from '../../layers/minimumLayers.js';
import { multiHeadAttention } from '../../layers/multiHeadAttention.js';
import { multiplyLayers } from '../../layers/multiplyLayers.js';
import { simpleRnn } from '../../layers/simpleRnn.js';
import { subtractLayers } from '../../layers/subtractLayers.js';
import type { RecurrentOptions } from '../../layers/support/recurrent.js';
import { timeDistributed } from '../../layers/timeDistributed.js';
import type { Config } from './config.js';
import { axisOf, weightOptions, type Mapping, type MappingContext } from './mapping.js';
import { activationOf } from './values.js';

function recurrentOptions(config: Config, { name }: MappingContext): RecurrentOptions {
  config.only('go_backwards', false);
  config.only('time_major', false);
  const [kernel, recurrent, bias] = ['kernel', 'recurrent', 'bias'].map((weight) => weightOptions(config, weight));
  return {
    name,
    units: config.number('units'),
    returnSequences: config.flag('return_sequences', false),
    useBias: config.flag('use_bias', true),
    kernelInitializer: kernel?.initializer,
    kernelRegularizer: kernel?.regularizer,
    kernelConstraint: kernel?.constraint,
    recurrentInitializer: recurrent?.initializer,
    recurrentRegularizer: recurrent?.regularizer,
    recurrentConstraint: recurrent?.constraint,
    biasInitializer: bias?.initializer,
    biasRegularizer: bias?.regularizer,
    biasConstraint: bias?.constraint,
    dropout: config.number('dropout', 0),
    recurrentDropout: config.number('recurrent_dropout', 0),
  };
}

const simple: Mapping = (config, context) =>
  simpleRnn({
    ...recurrentOptions(config, context),
    activation: activationOf(config, 'activation', context.dialect.hardSigmoid, 'tanh'),
  });

/** The activations of a layer with gates. TensorFlow.js' default for gates is another than Keras'. */
function gatesOf(config: Config, { dialect }: MappingContext) {
  const slope = dialect.hardSigmoid;
  return {
    activation: activationOf(config, 'activation', slope, 'tanh'),
    recurrentActivation: activationOf(
      config,
      'recurrent_activation',
      slope,
      dialect.isTfjs ? 'hard_sigmoid' : 'sigmoid',
    ),
  };
}

const longShortTerm: Mapping = (config, context) => {
  const { biasInitializer, ...options } = recurrentOptions(config, context);
  const gates = gatesOf(config, context);
  if (config.flag('unit_forget_bias', true)) return lstm({ ...options, ...gates });
  return lstm({ ...options, ...gates, biasInitializer, unitForgetBias: false });
};

const gated: Mapping = (config, context) =>
  gru({
    ...recurrentOptions(config, context),
    ...gatesOf(config, context),
    resetAfter: config.flag('reset_after', !context.dialect.isTfjs),
  });

/** `RNN` with one of the cells. */
const ofCell: Mapping = (config, context) => {
  const cell: Config = config.inner('cell') ?? config.refuse('cell', 'a cell');
  const name = cell.text('class_name').replace(/Cell$/, '');
  const map = Object.hasOwn(cells, name) ? cells[name] : undefined;
  const own = cell.inner('config');
  if (!map || !own) return cell.refuse('class_name', Object.keys(cells).map((each) => `${each}Cell`).join(', ')); // prettier-ignore
  return map(config.with(own), context);
};

const cells: Readonly<Record<string, Mapping>> = { SimpleRNN: simple, LSTM: longShortTerm, GRU: gated };

const bothWays: Mapping = (config, { name, shapes, map }) => {
  const merges = { concat: 'concat', sum: 'sum', ave: 'mean' } as const;
  const merge = merges[config.word('merge_mode', ['concat', 'sum', 'ave'], 'concat')];
  return bidirectional(map(config.inner('layer') ?? config.refuse('layer', 'a layer'), shapes), { merge, name });
};

const everyStep: Mapping = (config, { name, shapes, map }) => {
  const [, ...step] = shapes[0] ?? [];
  return timeDistributed(map(config.inner('layer') ?? config.refuse('layer', 'a layer'), [step]), { name });
};

/** Self-attention: all inputs are the same value. */
const attention: Mapping = (config, { name, call }) => {
  for (const key of ['output_shape', 'attention_axes', 'attention_mask', 'query_mask']) config.only(key);
  config.only('flash_attention', false);
  const [kernel, bias] = [weightOptions(config, 'kernel'), weightOptions(config, 'bias')];
  const keyDim = config.number('key_dim');
  return multiHeadAttention({
    heads: config.number('num_heads'),
    keyDim,
    valueDim: config.number('value_dim', keyDim),
    causal: call.flag('use_causal_mask', false),
    dropout: config.number('dropout', 0),
    useBias: config.flag('use_bias', true),
    kernelInitializer: kernel.initializer,
    kernelRegularizer: kernel.regularizer,
    biasInitializer: bias.initializer,
    biasRegularizer: bias.regularizer,
    name,
  });
};

const merging =
  (make: (options: { name: string }) => Layer): Mapping =>
  (_, { name }) =>
    make({ name });

export const sequenceLayers: Readonly<Record<string, Mapping>> = {
  ...cells,
  RNN: ofCell,
  Bidirectional: bothWays,
  TimeDistributed: everyStep,
  MultiHeadAttention: attention,
  Add: merging(addLayers),
  Subtract: merging(subtractLayers),
  Multiply: merging(multiplyLayers),
  Average: merging(averageLayers),
  Maximum: merging(maximumLayers),
  Minimum: merging(minimumLayers),
  Concatenate: (config, { name }) => concatenate({ axis: axisOf(config, -1), name }),
};

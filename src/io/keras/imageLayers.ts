// Layers of Keras' for images, and those for sequences that are like them.
import { avgPool1d } from '../../layers/avgPool1d.js';
import { avgPool2d } from '../../layers/avgPool2d.js';
import { conv1d } from '../../layers/conv1d.js';
import { conv2d } from '../../layers/conv2d.js';
import { conv2dTranspose } from '../../layers/conv2dTranspose.js';
import { cropping1d } from '../../layers/cropping1d.js';
import { cropping2d } from '../../layers/cropping2d.js';
import { depthwiseConv2d } from '../../layers/depthwiseConv2d.js';
import { globalAveragePool1d } from '../../layers/globalAveragePool1d.js';
import { globalAveragePool2d } from '../../layers/globalAveragePool2d.js';
import { globalMaxPool1d } from '../../layers/globalMaxPool1d.js';
import { globalMaxPool2d } from '../../layers/globalMaxPool2d.js';
import { maxPool1d } from '../../layers/maxPool1d.js';
import { maxPool2d } from '../../layers/maxPool2d.js';
import { separableConv2d } from '../../layers/separableConv2d.js';
import type { PoolLayerOptions } from '../../layers/support/pooling.js';
import type { Sides } from '../../layers/support/sides.js';
import { upsampling1d } from '../../layers/upsampling1d.js';
import { upsampling2d } from '../../layers/upsampling2d.js';
import { zeroPadding1d } from '../../layers/zeroPadding1d.js';
import { zeroPadding2d } from '../../layers/zeroPadding2d.js';
import type { Config } from './config.js';
import { channelsLast, kernelOptions, weightOptions, type Mapping } from './mapping.js';

/** The options of a window that moves over an image. */
function windowOf(config: Config): { strides: [number, number]; padding: 'valid' | 'same' } {
  channelsLast(config);
  return { strides: config.pair('strides', 1), padding: config.word('padding', ['valid', 'same'], 'valid') };
}

function convolutionOf(
  config: Config,
): ReturnType<typeof windowOf> & { kernelSize: [number, number]; dilations: [number, number] } {
  return { ...windowOf(config), kernelSize: config.pair('kernel_size'), dilations: config.pair('dilation_rate', 1) };
}

const convolution1d: Mapping = (config, context) => {
  channelsLast(config);
  return conv1d({
    filters: config.number('filters'),
    kernelSize: config.single('kernel_size'),
    strides: config.single('strides', 1),
    padding: config.word('padding', ['valid', 'same', 'causal'], 'valid'),
    dilations: config.single('dilation_rate', 1),
    groups: config.number('groups', 1),
    ...kernelOptions(config, context),
  });
};

const transposed: Mapping = (config, context) => {
  config.only('output_padding');
  const options = { ...convolutionOf(config), ...kernelOptions(config, context) };
  return conv2dTranspose({ filters: config.number('filters'), ...options });
};

const separable: Mapping = (config, context) => {
  const {
    kernelInitializer: _,
    kernelRegularizer: __,
    kernelConstraint: ___,
    ...rest
  } = kernelOptions(config, context);
  const [depthwise, pointwise] = [weightOptions(config, 'depthwise'), weightOptions(config, 'pointwise')];
  return separableConv2d({
    filters: config.number('filters'),
    depthMultiplier: config.number('depth_multiplier', 1),
    ...convolutionOf(config),
    ...rest,
    depthwiseInitializer: depthwise.initializer,
    depthwiseRegularizer: depthwise.regularizer,
    depthwiseConstraint: depthwise.constraint,
    pointwiseInitializer: pointwise.initializer,
    pointwiseRegularizer: pointwise.regularizer,
    pointwiseConstraint: pointwise.constraint,
  });
};

function poolOf(config: Config, name: string): PoolLayerOptions {
  const poolSize = config.pair('pool_size', 2);
  const strides = config.get('strides') === undefined ? poolSize : config.pair('strides');
  return { ...windowOf(config), poolSize, strides, name };
}

function stepPoolOf(config: Config, name: string) {
  channelsLast(config);
  const poolSize = config.single('pool_size', 2);
  const strides = config.get('strides') === undefined ? poolSize : config.single('strides');
  return { poolSize, strides, padding: config.word('padding', ['valid', 'same'], 'valid'), name };
}

/** Options of a pool over everything. */
function globalOf(config: Config, name: string): { keepDims: boolean; name: string } {
  channelsLast(config);
  return { keepDims: config.flag('keepdims', false), name };
}

/** A number, `[rows, columns]` or `[[top, bottom], [left, right]]`. */
function sidesOf(config: Config, key: string, standard: number): Sides {
  channelsLast(config);
  const value = config.get(key) ?? standard;
  if (typeof value === 'number') return value;
  const ends = (given: unknown): [number, number] => {
    if (typeof given === 'number') return [given, given];
    if (!Array.isArray(given) || given.length !== 2) config.refuse(key, 'pairs of numbers');
    const [first, last] = given.map((each: unknown) =>
      typeof each === 'number' ? each : config.refuse(key, 'numbers'),
    );
    return [first ?? 0, last ?? 0];
  };
  if (!Array.isArray(value) || value.length !== 2) config.refuse(key, 'a number or two');
  return [ends(value[0]), ends(value[1])];
}

function endsOf(config: Config, key: string): [number, number] {
  channelsLast(config);
  return config.pair(key, 1);
}

const enlarging: Mapping = (config, { name, dialect }) => {
  channelsLast(config);
  const interpolation = config.word('interpolation', ['nearest', 'bilinear'], 'nearest');
  if (dialect.isTfjs) config.only('interpolation', 'nearest'); // it interpolates between corners, not centres
  return upsampling2d({ size: config.pair('size', 2), interpolation, name });
};

export const imageLayers: Readonly<Record<string, Mapping>> = {
  Conv1D: convolution1d,
  Conv2D: (config, context) =>
    conv2d({
      filters: config.number('filters'),
      groups: config.number('groups', 1),
      ...convolutionOf(config),
      ...kernelOptions(config, context),
    }),
  Conv2DTranspose: transposed,
  DepthwiseConv2D: (config, context) =>
    depthwiseConv2d({
      depthMultiplier: config.number('depth_multiplier', 1),
      ...convolutionOf(config),
      ...kernelOptions(config, context, 'depthwise'),
    }),
  SeparableConv2D: separable,
  MaxPooling1D: (config, { name }) => maxPool1d(stepPoolOf(config, name)),
  AveragePooling1D: (config, { name }) => avgPool1d(stepPoolOf(config, name)),
  MaxPooling2D: (config, { name }) => maxPool2d(poolOf(config, name)),
  AveragePooling2D: (config, { name }) => avgPool2d(poolOf(config, name)),
  GlobalMaxPooling1D: (config, { name }) => globalMaxPool1d(globalOf(config, name)),
  GlobalAveragePooling1D: (config, { name }) => globalAveragePool1d(globalOf(config, name)),
  GlobalMaxPooling2D: (config, { name }) => globalMaxPool2d(globalOf(config, name)),
  GlobalAveragePooling2D: (config, { name }) => globalAveragePool2d(globalOf(config, name)),
  ZeroPadding1D: (config, { name }) => zeroPadding1d({ padding: endsOf(config, 'padding'), name }),
  ZeroPadding2D: (config, { name }) => zeroPadding2d({ padding: sidesOf(config, 'padding', 1), name }),
  Cropping1D: (config, { name }) => cropping1d({ cropping: endsOf(config, 'cropping'), name }),
  Cropping2D: (config, { name }) => cropping2d({ cropping: sidesOf(config, 'cropping', 0), name }),
  UpSampling1D: (config, { name }) => upsampling1d({ size: config.number('size', 2), name }),
  UpSampling2D: enlarging,
};

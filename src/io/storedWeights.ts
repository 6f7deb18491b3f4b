// What is written of a model's weights: their numbers, or smaller ones that stand for them.
import { sizeOf } from '../core/shapes.js';
import type { Layer } from '../layers/layer.js';
import type { InferenceModel } from '../models/inferenceModel.js';
import type { Weight } from '../models/network.js';
import { toHalf } from './half.js';
import { scaleName } from './numbers.js';
import type { FileTensor } from './safetensors.js';

/** How the numbers of weights are written. */
export type WeightPrecision = 'f32' | 'f16' | 'int8';

/** The largest whole number of 8 bits; -128 is not used, so that both signs are alike. */
const LARGEST = 127;

/** Kind of the layer in a layer, if it wraps one. */
function innermost(layer: Layer | undefined): string | undefined {
  return layer?.inner ? innermost(layer.inner) : layer?.kind;
}

/**
 * The axes that have scales of their own: those of the output channels, which for a depthwise kernel [h, w, channels,
 * multiplier] are two. Undefined for weights that are few and matter much, such as biases and statistics.
 */
function channelAxes(model: InferenceModel, { name, shape }: Weight): number | undefined {
  const [short = ''] = name.split('/').slice(-1);
  if (shape.length < 2 || !/(kernel|embeddings)$/i.test(short)) return undefined;
  const named = model.network.layers.find((layer) => name === `${layer.name}/${short}`);
  return /^depthwise/.test(short) || innermost(named?.layer) === 'depthwiseConv2d' ? 2 : 1;
}

/** The same numbers as 8-bit ones times a scale for each channel; undefined if that saves nothing or a number overflows. */
function quantized(data: Float32Array, scaleShape: readonly number[]): [Int8Array, Float32Array] | undefined {
  const channels = sizeOf(scaleShape);
  if (data.length + 4 * channels >= 4 * data.length) return undefined;
  const scales = new Float32Array(channels);
  for (let i = 0; i < data.length; i++) {
    const k = i % channels;
    scales[k] = Math.max(scales[k]!, Math.abs(data[i]!));
  }
  for (let k = 0; k < channels; k++) scales[k]! /= LARGEST;
  if (!scales.every((scale) => Math.fround(scale * LARGEST) < Infinity)) return undefined;
  // A channel of zeros, or of numbers so small that their scale is 0, is 0.
  const whole = (value: number, i: number): number => {
    const scale = scales[i % channels]!;
    return scale === 0 ? 0 : Math.max(-LARGEST, Math.min(LARGEST, Math.round(value / scale)));
  };
  return [Int8Array.from(data, whole), scales];
}

/** The tensors of a model's file. */
export function storedWeights(
  model: InferenceModel,
  values: Readonly<Record<string, Float32Array>>,
  precision: WeightPrecision,
): ReadonlyMap<string, FileTensor> {
  const names = new Set(model.weights.map(({ name }) => name));
  const stored = (weight: Weight): [string, FileTensor][] => {
    const { name, shape } = weight;
    const data = values[name] ?? new Float32Array();
    const halves = precision === 'f16' ? toHalf(data) : undefined;
    if (halves) return [[name, { dtype: 'F16', shape, data: halves }]];
    const axes = precision === 'int8' && !names.has(scaleName(name)) ? channelAxes(model, weight) : undefined;
    const scaleShape = axes === undefined ? [] : shape.slice(-axes);
    const small = axes === undefined ? undefined : quantized(data, scaleShape);
    if (!small) return [[name, { shape, data }]];
    return [
      [name, { shape, data: small[0] }],
      [scaleName(name), { shape: scaleShape, data: small[1] }],
    ];
  };
  return new Map(model.weights.flatMap(stored));
}

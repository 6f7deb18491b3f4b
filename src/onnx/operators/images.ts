// Convolutions and pools. ONNX has channels before the image plane, so there are transposes before and after each;
// src/onnx/layout.ts removes those that cancel.
import { numberOf, numbersOf, textOf } from '../attributes.js';
import type { Attributes } from '../graph.js';
import type { Call, Lower } from '../lowering.js';
import { activation } from './elementwise.js';

const TO_CHANNELS_FIRST = [0, 3, 1, 2];
const TO_CHANNELS_LAST = [0, 2, 3, 1];
/** [height, width, in, out] to [out, in, height, width], for ConvTranspose, too: there `in` is the result's. */
const FILTER = [3, 2, 0, 1];

/** The window of a geometry, which is at `path` in the attributes. */
function windowOf(call: Call, path: readonly string[]) {
  const pair = (key: string): number[] => numbersOf(call, [...path, key]);
  const [before, after] = [pair('before'), pair('after')];
  return {
    input: pair('input'),
    output: pair('output'),
    kernel: pair('kernel'),
    strides: pair('strides'),
    dilations: pair('dilations'),
    pads: [...before, ...after],
    group: numberOf(call, [...path, 'groups']),
  };
}

type Window = ReturnType<typeof windowOf>;

const sizes = ({ kernel, strides, pads }: Window): Attributes => ({ kernel_shape: kernel, strides, pads });

/** Applies a node between two transposes. */
function channelsFirst(call: Call, apply: (x: string) => string): string {
  const { builder: b } = call;
  return b.transpose(apply(b.transpose(call.input(0), TO_CHANNELS_FIRST)), TO_CHANNELS_LAST);
}

function convolution(call: Call, path: readonly string[], finish: (y: string) => string): string {
  const window = windowOf(call, path);
  const { dilations, group } = window;
  const bias = call.op.inputs.length > 2 ? [call.input(2)] : [];
  return channelsFirst(call, (x) =>
    finish(call.builder.emit('Conv', [x, call.permuted(1, FILTER), ...bias], { ...sizes(window), dilations, group })),
  );
}

const conv2dAffine: Lower = (call) => [
  convolution(call, ['geometry'], (y) =>
    activation(call.builder, y, textOf(call, 'activation'), numberOf(call, 'slope')),
  ),
];

/** The image grows by what the windows' reach leaves over (`output_padding`). */
const conv2dInputGradient: Lower = (call) => {
  const window = windowOf(call, []);
  const { input, output, kernel, strides, dilations, pads, group } = window;
  const left = [0, 1].map((axis) => {
    const at = (list: readonly number[], i = axis): number => list[i] ?? 0;
    const reach = (at(kernel) - 1) * at(dilations) + 1;
    return at(input) + at(pads) + at(pads, axis + 2) - reach - (at(output) - 1) * at(strides);
  });
  const attributes = { ...sizes(window), dilations, group, output_padding: left };
  return [channelsFirst(call, (x) => call.builder.emit('ConvTranspose', [x, call.permuted(1, FILTER)], attributes))];
};

const pool =
  (type: string, more: Attributes): Lower =>
  (call) => {
    const window = windowOf(call, []);
    return [channelsFirst(call, (x) => call.builder.emit(type, [x], { ...sizes(window), ...more }))];
  };

export const images: Readonly<Record<string, Lower>> = {
  conv2d: (call) => [convolution(call, [], (y) => y)],
  conv2dAffine,
  conv2dInputGradient,
  maxPool2d: pool('MaxPool', {}),
  avgPool2d: pool('AveragePool', { count_include_pad: 0 }),
};

// Convolutions and pools. Images stay [batch, height, width, channels] from one to the next.
import { show } from '../../../core/checks.js';
import { refuse } from '../../../core/errors.js';
import { abs } from '../../../ops/abs.js';
import { add } from '../../../ops/add.js';
import { avgPool2d } from '../../../ops/avgPool2d.js';
import { inputGradient } from '../../../ops/conv2d.js';
import { conv2dAffine } from '../../../ops/conv2dAffine.js';
import { div } from '../../../ops/div.js';
import { greater } from '../../../ops/greater.js';
import { max } from '../../../ops/max.js';
import { maximum } from '../../../ops/maximum.js';
import { maxPool2d } from '../../../ops/maxPool2d.js';
import { mean } from '../../../ops/mean.js';
import { pow } from '../../../ops/pow.js';
import { cast } from '../../../ops/cast.js';
import { reshape } from '../../../ops/reshape.js';
import { scatterAdd } from '../../../ops/scatterAdd.js';
import { pad, slice } from '../../../ops/slice.js';
import { where } from '../../../ops/where.js';
import { geometryOf, windowOf } from '../../../ops/support/window.js';
import { full, ones, tensor, zeros } from '../../../tensors/creation.js';
import type { Tensor } from '../../../tensors/tensor.js';
import { sizeOf } from '../../../core/shapes.js';
import type { NodeCall, Operator, Operators } from '../call.js';
import { channelsLast, device, inOrder, ordered } from '../values.js';
import { fusedActivation } from './products.js';
import { attributesOf, imageOf, imageValue, kernelOf, planeOf, windowsOf, type Windows } from './windows.js';

/** A filter [out, in, height, width] as [height, width, in, out], as which it is kept. */
function filterOf(call: NodeCall): Tensor {
  const weight = call.device(1);
  const rank = weight.dims.length;
  if (rank !== call.dims(0).length) call.refuse(`a filter of ${call.dims(0).length} axes`, show(weight.dims));
  const filter = inOrder(weight, [...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1, 0]);
  return rank === 3 ? reshape(filter, [1, ...filter.shape]) : filter;
}

const Conv: Operator = (call) => {
  const rank = call.dims(0).length;
  const windows = windowsOf(call, kernelOf(call, call.dims(1).slice(2)));
  const { strides, dilations, padding } = windows;
  const options = { strides, dilations, padding, groups: call.attribute('group', 1), ...fusedActivation(call) };
  return imageValue(conv2dAffine(imageOf(call), filterOf(call), call.optional(2), options), rank);
};

/** Sizes of the result of a transposed convolution, and its pads. */
function transposedSizes(call: NodeCall, kernel: readonly [number, number]) {
  const rank = call.dims(0).length - 2;
  const { strides, dilations, auto, axes } = attributesOf(call, kernel, planeOf(call));
  const wanted = call.attributes('output_shape')?.slice(-rank);
  const more = call.attributes('output_padding');
  const found = axes.map((axis, i) => {
    const at = rank === 1 ? i - 1 : i;
    const whole = axis.stride * (axis.size - 1) + (more?.[at] ?? 0) + (axis.kernel - 1) * axis.dilation + 1;
    const size = wanted?.[at] ?? (auto.startsWith('SAME') ? axis.size * axis.stride : undefined);
    if (size === undefined || at < 0) return { size: whole - axis.pads[0] - axis.pads[1], pads: axis.pads };
    const total = Math.max(0, whole - size);
    const [few, many] = [Math.floor(total / 2), Math.ceil(total / 2)];
    return { size, pads: auto === 'SAME_UPPER' ? ([few, many] as const) : ([many, few] as const) };
  });
  return { strides, dilations, found };
}

const ConvTranspose: Operator = (call) => {
  const [x, filter] = [imageOf(call), filterOf(call)];
  const [kernelHeight = 1, kernelWidth = 1, perGroup = 1, channels = 1] = filter.shape;
  const kernel = [kernelHeight, kernelWidth] as const;
  const groups = call.attribute('group', 1);
  const { strides, dilations, found } = transposedSizes(call, kernel);
  const [rows = call.refuse('rows', 'none'), columns = call.refuse('columns', 'none')] = found;
  const { where: name } = call.context;
  const padding = [[rows.pads[0], columns.pads[0]], [rows.pads[1], columns.pads[1]]] as const; // prettier-ignore
  const window = windowOf(name, [rows.size, columns.size], kernel, { strides, dilations, padding });
  const [batch = 1, height, width, from] = x.shape;
  if (window.output[0] !== height || window.output[1] !== width || from !== channels)
    call.refuse(`an image ${show([...window.output, channels])} with channels last`, show(x.shape.slice(1)));
  const geometry = geometryOf(name, window, { batch, inChannels: perGroup * groups, outChannels: channels, groups });
  const y = inputGradient(x, filter, geometry);
  return imageValue(call.has(2) ? add(y, call.tensor(2)) : y, call.dims(0).length);
};

/** The image with `value` around it. */
function framed(x: Tensor, { padding, extra }: Windows, value: number): Tensor {
  const [[top, bottom], [left, right]] = padding;
  const cells = [[0, 0], [top, bottom + extra[0]], [left, right + extra[1]], [0, 0]] as const; // prettier-ignore
  return pad(x, cells, value);
}

/** Windows with more cells than this are not made of slices. */
const MOST_CELLS = 4096;

/** For each cell of the windows, that cell of every window. */
function cellsOf(x: Tensor, { kernel, strides, dilations, output }: Windows): Tensor[] {
  const [n = 1, , , channels = 1] = x.shape;
  if (kernel[0] * kernel[1] > MOST_CELLS) refuse(RangeError, 'windows', `at most ${MOST_CELLS} cells`, kernel);
  return Array.from({ length: kernel[0] * kernel[1] }, (_, i) => {
    const [row, column] = [Math.floor(i / kernel[1]) * dilations[0], (i % kernel[1]) * dilations[1]];
    return slice(x, [0, row, column, 0], [n, ...output, channels], [1, ...strides, 1]);
  });
}

/** Whether the kernels of pools have these windows: without dilations, and pads smaller than the windows. */
function isPlain({ kernel, dilations, padding, extra }: Windows): boolean {
  return ([0, 1] as const).every(
    (i) => (dilations[i] === 1 || kernel[i] === 1) && Math.max(padding[i][0], padding[i][1] + extra[i]) < kernel[i],
  );
}

const optionsOf = ({ kernel, strides, padding, extra }: Windows) => {
  const [[top, bottom], [left, right]] = padding;
  const ends = [[top, bottom + extra[0]], [left, right + extra[1]]] as const; // prettier-ignore
  return { poolSize: kernel, strides, padding: ends };
};

/** The largest cell of each window, and its position in the flat input, which counts columns first if asked to. */
function maximaWithPositions(call: NodeCall, windows: Windows): [values: Tensor, positions: Tensor] {
  const x = imageOf(call);
  const [n = 1, height = 1, width = 1, channels = 1] = x.shape;
  const cells = cellsOf(framed(x, windows, -Infinity), windows);
  const byColumns = call.flag('storage_order');
  const numbers = Float32Array.from({ length: height * width }, (_, i) =>
    byColumns ? (i % width) * height + Math.floor(i / width) : i,
  );
  const places = cellsOf(framed(tensor(numbers, [1, height, width, 1]), windows, 0), windows);
  let [best = x, at = x] = [cells[0], places[0]];
  at = add(at, zeros(best.shape));
  cells.forEach((cell, i) => {
    if (i > 0) at = where(greater(cell, best), places[i] ?? at, at);
    best = maximum(best, cell);
  });
  const plane = height * width;
  const first = Float32Array.from({ length: n * channels }, (_, i) => i * plane);
  return [best, add(at, tensor(first, [n, 1, 1, channels]))];
}

const MaxPool: Operator = (call) => {
  const rank = call.dims(0).length;
  const windows = windowsOf(call, kernelOf(call, undefined));
  if (call.wanted(1)) {
    const [values, at] = maximaWithPositions(call, windows);
    return [imageValue(values, rank), { ...imageValue(at, rank), dtype: 'i64' }];
  }
  const x = imageOf(call);
  if (isPlain(windows)) return imageValue(maxPool2d(x, optionsOf(windows)), rank);
  return imageValue(cellsOf(framed(x, windows, -Infinity), windows).reduce(maximum), rank);
};

/** Puts values back to the positions of MaxPool. */
const MaxUnpool: Operator = (call) => {
  const dims = call.dims(0);
  const { strides, axes } = attributesOf(call, kernelOf(call, undefined), planeOf(call));
  const sizes = axes.map(({ size, kernel, pads }, i) => (size - 1) * (strides[i] ?? 1) + kernel - pads[0] - pads[1]);
  const to = call.has(2) ? call.numbers(2) : [...dims.slice(0, 2), ...sizes.slice(4 - dims.length)];
  const own = [...dims.slice(0, 2), ...sizes.slice(4 - dims.length)];
  const flat = (x: Tensor): Tensor => reshape(x, [x.size]);
  const spread = scatterAdd(zeros([sizeOf(own)]), cast(flat(call.tensor(1)), 'i32'), flat(call.tensor(0)));
  const y = reshape(spread, own);
  return device(pad(y, own.map((size, i): [number, number] => [0, (to[i] ?? size) - size]))); // prettier-ignore
};

/** The sum over each window, of padded cells too. */
function windowSums(x: Tensor, windows: Windows): Tensor {
  return cellsOf(framed(x, windows, 0), windows).reduce(add);
}

const AveragePool: Operator = (call) => {
  const rank = call.dims(0).length;
  const windows = windowsOf(call, kernelOf(call, undefined));
  const x = imageOf(call);
  const counted = call.flag('count_include_pad');
  const none: Windows = { ...windows, padding: [[0, 0], [0, 0]] }; // prettier-ignore
  const inside = counted ? framed(x, { ...windows, extra: [0, 0] }, 0) : x;
  const rest = counted ? none : windows;
  if (isPlain(rest)) return imageValue(avgPool2d(inside, optionsOf(rest)), rank);
  const counts = windowSums(ones([1, ...inside.shape.slice(1, 3), 1]), rest);
  return imageValue(div(windowSums(inside, rest), counts), rank);
};

/** (sum |x|^p)^(1/p) over each window. */
const LpPool: Operator = (call) => {
  const windows = windowsOf(call, kernelOf(call, undefined));
  const p = call.attribute('p', 2);
  const sums = windowSums(pow(abs(imageOf(call)), p), windows);
  return imageValue(pow(sums, 1 / p), call.dims(0).length);
};

/** A reduction of the image plane. The axes of size 1 go away if a Flatten was joined to it. */
const globally =
  (reduce: (x: Tensor, options: { axis: number[]; keepDims: boolean }) => Tensor): Operator =>
  (call) => {
    const rank = call.dims(0).length;
    const x = call.image(0);
    const flat = call.flag('flat');
    const y = reduce(x, { axis: x.shape.map((_, i) => i).slice(1, -1), keepDims: !flat });
    return flat ? device(y) : ordered(y, channelsLast(rank));
  };

const GlobalLpPool: Operator = (call) => {
  const p = call.attribute('p', 2);
  return globally((x, options) => pow(mulCount(mean(pow(abs(x), p), options), x), 1 / p))(call);
};

const mulCount = (x: Tensor, from: Tensor): Tensor => div(x, full([], 1 / sizeOf(from.shape.slice(1, -1))));

export const images: Operators = {
  AveragePool,
  Conv,
  ConvTranspose,
  GlobalAveragePool: globally(mean),
  GlobalLpPool,
  GlobalMaxPool: globally(max),
  LpPool,
  MaxPool,
  MaxUnpool,
};

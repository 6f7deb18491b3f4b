// The inputs of a graph as those of a model: which axis is the batch, and how large the others are.
import { isPlain, show } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import { checkShape, type Shape } from '../../core/shapes.js';
import type { FileDType, FilePort } from './file.js';
import { MixedBatch } from './mixed.js';
import { channelsLast } from './values.js';

/** An input of a model. */
export interface ModelPort {
  readonly name: string;
  readonly dtype: FileDType;
  /** Sizes of one sample in ONNX, with 0 for the batch. */
  readonly dims: readonly number[];
  readonly batchAxis: number;
  /** The size of the batch, if the file says it. */
  readonly made: number | undefined;
  /** Axis i of the tensor is axis order[i] of ONNX; the first is the batch. */
  readonly order: readonly number[];
}

export interface PortOptions {
  /** `'nchw'`: images are as in the file; `'nhwc'`: channels are their last axis. */
  readonly layout: 'nchw' | 'nhwc';
  /** The axis of the batch; by default 0, or the first that the file names batch or N. */
  readonly batchAxis: number | undefined;
  /** Shapes of samples by the name of the input, in ONNX's order of axes. */
  readonly inputs: Readonly<Record<string, Shape>>;
}

const isBatchName = (size: number | string | undefined): boolean =>
  typeof size === 'string' && /^(n|b|bs)$|batch/i.test(size);

function batchAxisOf(where: string, { name, dims }: FilePort, given: number | undefined): number {
  const rank = dims?.length ?? 1;
  if (given !== undefined && given < rank) return given;
  if (rank === 0) throw new MixedBatch(`${where}: expected ${show(name)} to be a batch, got a scalar`);
  const named = dims?.findIndex(isBatchName) ?? 0;
  const open = dims?.[0];
  return named > 0 && typeof open === 'number' ? named : named > 0 && !isBatchName(open) ? named : 0;
}

/** An input of the model for an input of the file. @throws TypeError for sizes that nobody says; MixedBatch for a scalar */
export function modelPort(where: string, port: FilePort, options: PortOptions): ModelPort {
  const { name, dtype, dims } = port;
  const batchAxis = batchAxisOf(where, port, options.batchAxis);
  const given = Object.hasOwn(options.inputs, name) ? options.inputs[name] : undefined;
  const sample = given && checkShape(where, given);
  if (!dims && !sample)
    refuse(TypeError, where, `inputs: { ${show(name)}: shape of a sample }`, 'no shape in the file');
  const rank = dims?.length ?? (sample?.length ?? 0) + 1;
  if (sample && sample.length !== rank - 1)
    refuse(TypeError, where, `${rank - 1} sizes of a sample of ${show(name)}`, show(sample));
  const sizes = Array.from({ length: rank }, (_, axis) => {
    if (axis === batchAxis) return 0;
    const size = sample?.[axis < batchAxis ? axis : axis - 1] ?? dims?.[axis];
    if (typeof size === 'number' && size > 0) return size;
    if (size === 0) throw new MixedBatch(`${where}: expected samples of ${show(name)}, got empty ones`);
    const open = typeof size === 'string' && size !== '' ? show(size) : `axis ${axis}`;
    refuse(
      TypeError,
      where,
      `inputs: { ${show(name)}: shape of a sample }, since the file leaves ${open} open`,
      'none',
    );
  });
  const isImage = rank === 4 && options.layout === 'nhwc' && batchAxis === 0;
  const rest = sizes.map((_, axis) => axis).filter((axis) => axis !== batchAxis);
  const made = dims?.[batchAxis];
  return {
    name,
    dtype,
    dims: sizes,
    batchAxis,
    made: typeof made === 'number' && made > 0 ? made : undefined,
    order: isImage ? channelsLast(rank) : [batchAxis, ...rest],
  };
}

/** The shape of a sample of the model. */
export const sampleShape = ({ order, dims }: ModelPort): number[] => order.slice(1).map((axis) => dims[axis] ?? 1);

/** Checks the option `inputs`. */
export function checkInputs(where: string, given: unknown): Readonly<Record<string, Shape>> {
  if (given === undefined) return {};
  if (!isPlain(given)) refuse(TypeError, where, 'inputs to be shapes of samples by name', show(given));
  return Object.fromEntries(Object.entries(given).map(([name, shape]) => [name, checkShape(where, shape)]));
}

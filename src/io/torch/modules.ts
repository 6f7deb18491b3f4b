// The modules in a state_dict of PyTorch's: tensors whose names begin alike.
import { show } from '../../core/checks.js';
import { FormatError, refuse, ShapeError } from '../../core/errors.js';
import { shapeText, sizeOf, type Shape } from '../../core/shapes.js';

/** Numbers with a shape, on the host. */
export interface Numbers {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** A module: its tensors by the last part of their names. */
export interface TorchModule {
  readonly name: string;
  readonly tensors: Readonly<Record<string, Numbers>>;
}

/** Counters of PyTorch's that nothing here needs. */
const IGNORED = 'num_batches_tracked';

/** `weight_ih_l1_reverse` as `weight_ih_reverse` of layer 1. */
const RECURRENT = /^(weight_ih|weight_hh|bias_ih|bias_hh)_l(\d+)(_reverse)?$/;

/** The module of a tensor and the tensor's name in it. */
function split(name: string): [module: string, short: string] {
  const attention = /^(?:(.*)\.)?(out_proj)\.(weight|bias)$/.exec(name);
  const end = name.lastIndexOf('.');
  const [module, short] = [name.slice(0, Math.max(end, 0)), name.slice(end + 1)];
  const recurrent = RECURRENT.exec(short);
  if (recurrent) return [`${module}${module && '.'}l${recurrent[2]}`, `${recurrent[1]}${recurrent[3] ?? ''}`];
  return attention ? [attention[1] ?? '', `out_proj.${attention[3]}`] : [module, short];
}

/** `layers.2` before `layers.10`. */
function naturally(a: string, b: string): number {
  const parts = (name: string): string[] => name.split(/(\d+)/);
  const [left, right] = [parts(a), parts(b)];
  for (const [i, part] of left.entries()) {
    const other = right[i] ?? '';
    if (part === other) continue;
    const [m, n] = [Number(part), Number(other)];
    return Number.isInteger(m) && Number.isInteger(n) && part !== '' && other !== '' ? m - n : part < other ? -1 : 1;
  }
  return left.length - right.length;
}

/**
 * The modules in their order. safetensors files are sorted by name, character by character; then modules are sorted with
 * numbers in them as numbers.
 */
export function modulesOf(tensors: ReadonlyMap<string, Numbers>): TorchModule[] {
  const groups = new Map<string, Record<string, Numbers>>();
  const hasAttention = (module: string): boolean =>
    ['in_proj_weight', 'q_proj_weight'].some((own) => tensors.has(module === '' ? own : `${module}.${own}`));
  for (const [name, numbers] of tensors) {
    let [module, short] = split(name);
    if (short === IGNORED) continue;
    if (short.startsWith('out_proj.') && !hasAttention(module)) {
      module = module === '' ? 'out_proj' : `${module}.out_proj`;
      short = short.slice('out_proj.'.length);
    }
    groups.set(module, { ...groups.get(module), [short]: numbers });
  }
  const modules = Array.from(groups, ([name, own]): TorchModule => ({ name, tensors: own }));
  const names = [...tensors.keys()];
  const isSorted = names.every((name, i) => i === 0 || (names[i - 1] ?? '') <= name);
  return isSorted ? modules.sort((a, b) => naturally(a.name, b.name)) : modules;
}

/** A tensor of a module that must be there. */
export function tensorOf(where: string, { name, tensors }: TorchModule, short: string): Numbers {
  const found = tensors[short];
  return found ?? refuse(FormatError, where, `tensor ${show(name === '' ? short : `${name}.${short}`)}`, 'none');
}

/** The tensor with its axes in another order. */
export function permuted({ shape, data }: Numbers, axes: readonly number[]): Numbers {
  const result = axes.map((axis) => shape[axis] ?? 1);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const steps = axes.map((axis) => strides[axis] ?? 1);
  const out = new Float32Array(data.length);
  const index = result.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from]!;
    for (let axis = result.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++index[axis]! < result[axis]!) break;
      from -= steps[axis]! * result[axis]!;
      index[axis] = 0;
    }
  }
  return { shape: result, data: out };
}

/** The same numbers in another shape. */
export function reshaped(where: string, what: string, { shape, data }: Numbers, target: Shape): Numbers {
  if (sizeOf(target) === data.length) return { shape: target, data };
  refuse(ShapeError, where, `${what} of ${sizeOf(target)} numbers for ${shapeText(target)}`, shape);
}

/** Blocks of the first axis in another order: the gates of a recurrent layer. */
export function blocks({ shape, data }: Numbers, order: readonly number[]): Numbers {
  const size = data.length / order.length;
  const out = new Float32Array(data.length);
  order.forEach((block, i) => out.set(data.subarray(block * size, (block + 1) * size), i * size));
  return { shape, data: out };
}

// RNN, LSTM and GRU. X [T, B, in], or [B, T, in] in layout 1; W [directions, G u, in]; R [directions, G u, u];
// B [directions, 2 G u]; Y [T, directions, B, u] or [B, T, directions, u]; states [directions, B, u] or [B, directions, u].
import { show } from '../../../core/checks.js';
import { valuesKnown } from '../../../autodiff/op.js';
import { cast } from '../../../ops/cast.js';
import { clip } from '../../../ops/clip.js';
import { concat } from '../../../ops/concat.js';
import { greater } from '../../../ops/greater.js';
import { lastStep, reverseSteps } from '../../../ops/sequence.js';
import { reshape } from '../../../ops/reshape.js';
import { slice } from '../../../ops/slice.js';
import { transpose } from '../../../ops/transpose.js';
import { where } from '../../../ops/where.js';
import { arange } from '../../../tensors/arange.js';
import { tensor, zeros } from '../../../tensors/creation.js';
import type { Tensor } from '../../../tensors/tensor.js';
import type { NodeCall, Operator, Operators, Result } from '../call.js';
import { gatesOf } from '../gates.js';
import { recurrence, type RecurrentKind, type UnitInputs, type UnitOptions } from '../recurrence.js';
import { device, inOrder, isHost } from '../values.js';

interface Kind {
  readonly kind: RecurrentKind;
  /** The library's gates in ONNX's order. */
  readonly gates: readonly number[];
  readonly states: number;
  readonly activations: readonly string[];
}

const KINDS: Readonly<Record<RecurrentKind, Kind>> = {
  RNN: { kind: 'RNN', gates: [0], states: 1, activations: ['Tanh'] },
  LSTM: { kind: 'LSTM', gates: [0, 2, 3, 1], states: 2, activations: ['Sigmoid', 'Tanh', 'Tanh'] },
  GRU: { kind: 'GRU', gates: [0, 1, 2], states: 1, activations: ['Sigmoid', 'Tanh'] },
};

interface Setup extends Kind {
  readonly directions: readonly ('forward' | 'reverse')[];
  readonly batch: number;
  readonly steps: number;
  readonly units: number;
  readonly batchFirst: boolean;
  /** [B, T, in] */
  readonly x: Tensor;
  readonly lengths: Tensor<'i32'> | undefined;
}

/** W and R as [directions, in, G u]. */
const INPUTS_FIRST = [0, 2, 1];

/** The entry at an index of the first axis, without that axis. */
function at(x: Tensor, index: number): Tensor {
  const rest = x.shape.slice(1);
  return reshape(slice(x, [index, ...rest.map(() => 0)], [1, ...rest]), rest);
}

/** Columns of gates in the library's order. */
function inLibraryOrder(x: Tensor, gates: readonly number[]): Tensor {
  if (gates.every((gate, i) => gate === i)) return x;
  const last = x.shape.length - 1;
  const size = (x.shape[last] ?? 0) / gates.length;
  const part = (gate: number): Tensor =>
    slice(x, [...x.shape.slice(0, last).map(() => 0), gate * size], [...x.shape.slice(0, last), size]);
  return concat(gates.map(part), last);
}

/** Valid steps of each sequence, if they differ. Those that are not known yet are limited to what is possible. */
function lengthsOf(call: NodeCall, batch: number, steps: number): Tensor<'i32'> | undefined {
  if (!call.has(4)) return undefined;
  const value = call.value(4);
  if (show(value.dims) !== show([batch])) call.refuse(`sequence_lens [${batch}]`, show(value.dims));
  if (!isHost(value) && !value.known && !valuesKnown()) return cast(clip(value.tensor, 1, steps), 'i32');
  const lengths = call.numbers(4);
  const bad = lengths.find((length) => !(length >= 1 && length <= steps));
  if (bad !== undefined) call.refuse(`sequence_lens from 1 to ${steps}`, `${bad}`);
  return lengths.every((length) => length === steps) ? undefined : tensor(Int32Array.from(lengths));
}

function setupOf(call: NodeCall, kind: Kind): Setup {
  const given = call.tensor(0);
  if (given.shape.length !== 3) call.refuse('input [steps, batch, features]', show(given.shape));
  const batchFirst = call.flag('layout');
  const x = batchFirst ? given : transpose(given, [1, 0, 2]);
  const [batch = 0, steps = 0] = x.shape;
  const direction = call.text('direction', ['forward', 'reverse', 'bidirectional']);
  const directions = direction === 'bidirectional' ? (['forward', 'reverse'] as const) : [direction];
  const units = call.dims(2).at(-1) ?? 0;
  const width = kind.gates.length * units;
  const expected = [
    [directions.length, width, x.shape[2] ?? 0],
    [directions.length, width, units],
  ];
  expected.forEach((dims, i) => {
    if (show(call.dims(i + 1)) !== show(dims)) call.refuse(`${i ? 'R' : 'W'} ${show(dims)}`, show(call.dims(i + 1)));
  });
  return { ...kind, directions, batch, steps, units, batchFirst, x, lengths: lengthsOf(call, batch, steps) };
}

/** The initial state that is input i, for direction d: [B, u]. */
function initial(call: NodeCall, i: number, d: number, { batch, units, batchFirst }: Setup): Tensor {
  const state = call.optional(i);
  if (!state) return zeros([batch, units]);
  return at(batchFirst ? transpose(state, [1, 0, 2]) : state, d);
}

function inputsOf(call: NodeCall, d: number, setup: Setup): UnitInputs {
  const { gates, units, x, lengths, states, directions } = setup;
  const weight = (i: number): Tensor => inLibraryOrder(at(inOrder(call.device(i), INPUTS_FIRST), d), gates);
  const width = gates.length * units;
  const biases = call.optional(3);
  const both = biases ? at(biases, d) : zeros([2 * width]);
  const bias = (k: number): Tensor => inLibraryOrder(slice(both, [k * width], [width]), gates);
  const peephole = setup.kind === 'LSTM' ? call.optional(7) : undefined;
  return {
    x: directions[d] === 'reverse' ? reverseSteps(x, lengths) : x,
    kernel: weight(1),
    recurrentKernel: weight(2),
    bias: bias(0),
    recurrentBias: bias(1),
    states: Array.from({ length: states }, (_, k) => initial(call, 5 + k, d, setup)),
    lengths,
    peephole: peephole && at(peephole, d),
  };
}

/** Tensors of the directions as one, along a new axis. */
function joined(parts: readonly Tensor[], axis: number): Tensor {
  const wide = parts.map((part) => reshape(part, [...part.shape.slice(0, axis), 1, ...part.shape.slice(axis)]));
  const [only] = wide;
  return only && wide.length === 1 ? only : concat(wide, axis);
}

/** The sequence and the last states of one direction. */
function unit(call: NodeCall, d: number, setup: Setup, options: UnitOptions): { y: Tensor; last: Tensor[] } {
  const sequences = recurrence(options, inputsOf(call, d, setup));
  const last = sequences.map((sequence) => lastStep(sequence, setup.lengths));
  const [h = setup.x] = sequences;
  return { y: setup.directions[d] === 'reverse' ? reverseSteps(h, setup.lengths) : h, last };
}

const recurrent =
  (kind: Kind): Operator =>
  (call): Result => {
    const setup = setupOf(call, kind);
    const { directions, batchFirst, states } = setup;
    const gates = gatesOf(call, kind.activations, directions.length);
    const count = kind.activations.length;
    const parts = directions.map((_, d) =>
      unit(call, d, setup, {
        kind: kind.kind,
        gates: gates.slice(d * count, (d + 1) * count),
        limit: call.given('clip') ? call.attribute('clip') : undefined,
        coupled: call.flag('input_forget'),
        resetAfter: call.flag('linear_before_reset'),
      }),
    );
    const sequences = parts.map(({ y }) => (batchFirst ? y : transpose(y, [1, 0, 2])));
    const lasts = Array.from({ length: states }, (_, k) => parts.flatMap(({ last }) => last[k] ?? []));
    return [
      call.wanted(0) ? device(joined(sequences, batchFirst ? 2 : 1)) : undefined,
      ...lasts.map((last, k) => (call.wanted(1 + k) ? device(joined(last, batchFirst ? 1 : 0)) : undefined)),
    ];
  };

/** The first steps of each sequence in the opposite order; those after them stay. */
const reverseSequence: Operator = (call) => {
  const x = call.tensor(0);
  const axes = [call.axisOf(call.attribute('batch_axis', 1), x.shape.length), call.axisOf(call.attribute('time_axis', 0), x.shape.length)]; // prettier-ignore
  const perm = [...axes, ...x.shape.map((_, i) => i).filter((axis) => !axes.includes(axis))];
  const sequences = transpose(x, perm);
  const [batch = 0, steps = 0, ...rest] = sequences.shape;
  const lengths = reshape(call.tensor(1), [batch, 1, ...rest.map(() => 1)]);
  const reversed = reverseSteps(sequences, cast(clip(reshape(lengths, [batch]), 0, steps), 'i32'));
  const places = reshape(cast(arange(steps), 'f32'), [1, steps, ...rest.map(() => 1)]);
  const y = where(greater(lengths, places), reversed, sequences);
  return device(transpose(y, perm.map((_, axis) => perm.indexOf(axis))), call.dtype(0)); // prettier-ignore
};

export const recurrentOperators: Operators = {
  ReverseSequence: reverseSequence,
  RNN: recurrent(KINDS.RNN),
  LSTM: recurrent(KINDS.LSTM),
  GRU: recurrent(KINDS.GRU),
};

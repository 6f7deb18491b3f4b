// Operations on sequences, and recurrent layers.
import { flagOf, numberOf, textOf } from '../attributes.js';
import type { Attributes, OnnxElements } from '../graph.js';
import type { Call, Lower } from '../lowering.js';
import type { Constant } from '../symbolic.js';
import { CODES } from './elementwise.js';

/** Whether each step is valid, with `rank` axes: [B, T, 1, ...]. */
function validSteps(call: Call, lengths: string, steps: number, rank: number): string {
  const { builder: b } = call;
  const position = b.int32(
    Array.from({ length: steps }, (_, t) => t),
    [1, steps],
  );
  const valid = b.emit('Less', [position, b.emit('Unsqueeze', [lengths, b.int64([1])])]);
  if (rank === 2) return valid;
  return b.emit('Unsqueeze', [valid, b.int64(Array.from({ length: rank - 2 }, (_, i) => i + 2))]);
}

/** x where the steps are valid, else 0. */
function masked(call: Call, x: string): string {
  const { builder: b } = call;
  const dims = call.dims(0);
  const zero = call.lowering.value(call.inputId(0)).dtype === 'i32' ? b.int32([0], []) : b.scalar(0);
  return b.emit('Where', [validSteps(call, call.input(1), dims[1] ?? 0, dims.length), x, zero]);
}

const reverseSteps: Lower = (call) => {
  const { builder: b } = call;
  const x = call.input(0);
  if (call.op.inputs.length === 1) {
    const range = [[-1], [-(2 ** 31)], [1], [-1]].map((values) => b.int64(values));
    return [b.emit('Slice', [x, ...range])];
  }
  const lengths = b.emit('Cast', [call.input(1)], { to: CODES.i64 });
  return [masked(call, b.emit('ReverseSequence', [x, lengths], { batch_axis: 0, time_axis: 1 }))];
};

const lastStep: Lower = (call) => {
  const { builder: b } = call;
  const made = call.lowering.lastSteps.get(call.inputId(0));
  if (made !== undefined) return [made];
  const x = call.input(0);
  if (call.op.inputs.length === 1)
    return [b.emit('Gather', [x, b.int64([(call.dims(0)[1] ?? 1) - 1], [])], { axis: 1 })];
  const last = b.emit('Sub', [b.emit('Cast', [call.input(1)], { to: CODES.i64 }), b.int64([1], [])]);
  return [b.emit('GatherND', [x, b.emit('Unsqueeze', [last, b.int64([1])])], { batch_dims: 1 })];
};

const splitSteps: Lower = (call) => {
  const { builder: b } = call;
  const x = call.input(0);
  return call.op.outputs.map((_, t) => b.emit('Gather', [x, b.int64([t], [])], { axis: 1 }));
};

const stackSteps: Lower = (call) => {
  const { builder: b } = call;
  const steps = call.op.inputs.map((_, t) => b.emit('Unsqueeze', [call.input(t), b.int64([1])]));
  return [b.emit('Concat', steps, { axis: 1 })];
};

/** How a kind of recurrent layer is called in ONNX. */
interface Kind {
  readonly type: 'RNN' | 'LSTM' | 'GRU';
  /** ONNX's gates in the order of the library's. */
  readonly gates: readonly number[];
  readonly states: number;
  readonly attributes: (call: Call) => Attributes;
}

/** A weight [in, G u] as [1, G u, in] with the gates in another order; a bias is one row. */
function gateRows(elements: OnnxElements, rows: number, gates: readonly number[], units: number): OnnxElements {
  const columns = gates.length * units;
  const out = elements.slice();
  gates.forEach((gate, g) => {
    for (let u = 0; u < units; u++)
      for (let row = 0; row < rows; row++)
        out[(g * units + u) * rows + row] = elements[row * columns + gate * units + u] ?? 0;
  });
  return out;
}

function weight(call: Call, i: number, gates: readonly number[], units: number): string {
  const constant = call.constant(i) ?? call.refuse('weights that do not depend on the inputs', 'others');
  const rows = constant.dims[0] ?? 1;
  const change = (elements: OnnxElements): OnnxElements => gateRows(elements, rows, gates, units);
  return call.lowering.constantName(call.inputId(i), constant, 'gates', change, [1, gates.length * units, rows]);
}

/** Both biases in one row [1, 2 G u]; '' without any. */
function biases(call: Call, inputs: readonly (number | undefined)[], gates: readonly number[], units: number): string {
  const width = gates.length * units;
  const given = inputs.find((i) => i !== undefined);
  if (given === undefined) return '';
  const constants = inputs.map((i) =>
    i === undefined
      ? undefined
      : (call.constant(i) ?? call.refuse('biases that do not depend on the inputs', 'others')),
  );
  const row = (constant: Constant | undefined): number[] =>
    constant
      ? Array.from(gateRows(constant.elements(), 1, gates, units), Number)
      : Array.from({ length: width }, () => 0);
  const [first] = constants.filter((constant) => constant !== undefined);
  const key = `biases ${inputs.map((i) => (i === undefined ? '' : call.inputId(i))).join()}`;
  const join = (): OnnxElements => Float32Array.from(constants.flatMap(row));
  return first ? call.lowering.constantName(call.inputId(given), first, key, join, [1, 2 * width]) : '';
}

/** An initial state [B, u] as [1, B, u]; '' if it is 0. */
function initialState(call: Call, i: number): string {
  if (
    call
      .constant(i)
      ?.elements()
      .every((value) => value === 0)
  )
    return '';
  return call.builder.emit('Unsqueeze', [call.input(i), call.builder.int64([0])]);
}

/** The inputs are x, kernel, recurrentKernel, the states, and those of two biases and lengths that exist. */
const recurrent =
  ({ type, gates, states, attributes }: Kind): Lower =>
  (call) => {
    const { builder: b, lowering } = call;
    const units = call.dims(2)[0] ?? 0;
    let next = 3 + states;
    const [bias, recurrentBias, lengths] = ['bias', 'recurrentBias', 'lengths'].map((key) =>
      flagOf(call, key) ? next++ : undefined,
    );
    const inputs = [
      b.transpose(call.input(0), [1, 0, 2]),
      weight(call, 1, gates, units),
      weight(call, 2, gates, units),
      biases(call, [bias, recurrentBias], gates, units),
      lengths === undefined ? '' : call.input(lengths),
      ...Array.from({ length: states }, (_, i) => initialState(call, 3 + i)),
    ];
    const [y = '', ...last] = b.emitAll(type, inputs, 1 + states, { hidden_size: units, ...attributes(call) });
    const squeeze = (name: string, axis: number): string => b.emit('Squeeze', [name, b.int64([axis])]);
    last.forEach((name, i) => {
      const sequence = call.op.outputs[i];
      if (sequence !== undefined) lowering.lastSteps.set(sequence, squeeze(name, 0));
    });
    return [b.transpose(squeeze(y, 1), [1, 0, 2])];
  };

/** The activation of a simple recurrent layer, with its parameters. */
function rnnActivation(call: Call): Attributes {
  const name = textOf(call, ['options', 'fused', 'activation']);
  const parameters = (alpha: number, beta: number): Attributes => ({
    activation_alpha: { floats: [alpha] },
    activation_beta: { floats: [beta] },
  });
  switch (name) {
    case 'linear':
      return { activations: ['Affine'], ...parameters(1, 0) };
    case 'leakyRelu':
      return { activations: ['LeakyRelu'], ...parameters(numberOf(call, ['options', 'fused', 'slope']), 0) };
    default:
      return { activations: [name === 'relu' ? 'Relu' : name === 'tanh' ? 'Tanh' : 'Sigmoid'] };
  }
}

export const sequences: Readonly<Record<string, Lower>> = {
  maskSteps: (call) => [masked(call, call.input(0))],
  reverseSteps,
  lastStep,
  splitSteps,
  stackSteps,
  simpleRnn: recurrent({ type: 'RNN', gates: [0], states: 1, attributes: rnnActivation }),
  lstm: recurrent({ type: 'LSTM', gates: [0, 3, 1, 2], states: 2, attributes: () => ({}) }), // i, o, f, c
  gruResetBefore: recurrent({ type: 'GRU', gates: [0, 1, 2], states: 1, attributes: () => ({}) }),
  gru: recurrent({ type: 'GRU', gates: [0, 1, 2], states: 1, attributes: () => ({ linear_before_reset: 1 }) }),
};

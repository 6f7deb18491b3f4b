// Recurrent units as ONNX defines them, in one direction: the library's operations where they can do what the node asks
// for, else step by step.
import { add } from '../../ops/add.js';
import { affine } from '../../ops/affine.js';
import { cast } from '../../ops/cast.js';
import { clip } from '../../ops/clip.js';
import { greater } from '../../ops/greater.js';
import { gru } from '../../ops/gru.js';
import { gateOf, lstm } from '../../ops/lstm.js';
import { matmul } from '../../ops/matmul.js';
import { mul } from '../../ops/mul.js';
import { reshape } from '../../ops/reshape.js';
import { splitSteps, stackSteps } from '../../ops/sequence.js';
import { simpleRnn } from '../../ops/simpleRnn.js';
import { slice } from '../../ops/slice.js';
import { sub } from '../../ops/sub.js';
import { fusedActivation } from '../../ops/support/fusedActivation.js';
import { where } from '../../ops/where.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { Gate } from './gates.js';

export type RecurrentKind = 'RNN' | 'LSTM' | 'GRU';

/** What the attributes of a node say about one direction. */
export interface UnitOptions {
  readonly kind: RecurrentKind;
  /** Activations f, g and h. */
  readonly gates: readonly Gate[];
  /** Limit of the arguments of the activations. */
  readonly limit: number | undefined;
  /** LSTM: whether the forget gate is 1 - the input gate. */
  readonly coupled: boolean;
  /** GRU: whether the reset gate acts after the product (`linear_before_reset`). */
  readonly resetAfter: boolean;
}

/** One direction. G gates, u units; the gates of lstm are i, f, c, o. */
export interface UnitInputs {
  /** [B, T, in] */
  readonly x: Tensor;
  /** [in, G u] */
  readonly kernel: Tensor;
  /** [u, G u] */
  readonly recurrentKernel: Tensor;
  /** [G u] each */
  readonly bias: Tensor;
  readonly recurrentBias: Tensor;
  /** h and, for lstm, c: [B, u] */
  readonly states: readonly Tensor[];
  /** Valid steps, i32 [B]. */
  readonly lengths: Tensor<'i32'> | undefined;
  /** Weights from the cell to the gates i, o, f of lstm: [3 u] */
  readonly peephole: Tensor | undefined;
}

/** The next states from p_t [B, G u], to which the biases are added except gru's recurrent one. */
type Step = (p: Tensor, states: readonly Tensor[]) => Tensor[];

const pick = <T>(values: readonly T[], i: number): T => {
  const value = values[i];
  if (value === undefined) throw new RangeError(`importOnnx: expected at least ${i + 1} values, got ${values.length}`);
  return value;
};

/** Applies activation k to its limited argument. */
function gating({ gates, limit }: UnitOptions): (k: number, z: Tensor) => Tensor {
  return (k, z) => pick(gates, k).apply(limit === undefined ? z : clip(z, -limit, limit));
}

function rnnStep(options: UnitOptions, { recurrentKernel }: UnitInputs): Step {
  const gate = gating(options);
  return (p, [h]) => [gate(0, h ? add(p, matmul(h, recurrentKernel)) : p)];
}

function lstmStep(options: UnitOptions, { recurrentKernel, peephole }: UnitInputs): Step {
  const gate = gating(options);
  const units = recurrentKernel.shape[0] ?? 0;
  /** z plus what the cell contributes to it: 0, 1, 2 for i, o, f. */
  const seeing = (z: Tensor, k: number, c: Tensor): Tensor =>
    peephole ? add(z, mul(c, slice(peephole, [k * units], [units]))) : z;
  return (p, states) => {
    const [h, c] = [pick(states, 0), pick(states, 1)];
    const z = add(p, matmul(h, recurrentKernel));
    const i = gate(0, seeing(gateOf(z, 0, units), 0, c));
    const f = options.coupled ? sub(1, i) : gate(0, seeing(gateOf(z, 1, units), 2, c));
    const next = add(mul(f, c), mul(i, gate(1, gateOf(z, 2, units))));
    const o = gate(0, seeing(gateOf(z, 3, units), 1, next));
    return [mul(o, gate(2, next)), next];
  };
}

function gruStep(options: UnitOptions, { recurrentKernel, recurrentBias }: UnitInputs): Step {
  const gate = gating(options);
  const units = recurrentKernel.shape[0] ?? 0;
  const columns = (k: number, count: number): Tensor => slice(recurrentKernel, [0, k * units], [units, count * units]);
  const bias = slice(recurrentBias, [2 * units], [units]);
  return (p, states) => {
    const h = pick(states, 0);
    const gates = add(matmul(h, columns(0, 2)), slice(recurrentBias, [0], [2 * units]));
    const [z, r] = [0, 1].map((k) => gate(0, add(gateOf(p, k, units), gateOf(gates, k, units))));
    if (!z || !r) return [h];
    const product = (state: Tensor): Tensor => add(matmul(state, columns(2, 1)), bias);
    const candidate = options.resetAfter ? mul(r, product(h)) : product(mul(r, h));
    const n = gate(1, add(gateOf(p, 2, units), candidate));
    return [add(mul(z, h), mul(sub(1, z), n))];
  };
}

const STEPS: Readonly<Record<RecurrentKind, typeof rnnStep>> = { RNN: rnnStep, LSTM: lstmStep, GRU: gruStep };

/** The sequences of states, step by step; 0 past a length. */
function stepByStep(options: UnitOptions, inputs: UnitInputs): Tensor[] {
  const { x, kernel, bias, recurrentBias, lengths } = inputs;
  const limit = lengths && reshape(cast(lengths, 'f32'), [lengths.size, 1]);
  const step = STEPS[options.kind](options, inputs);
  let { states } = inputs;
  const history: Tensor[][] = states.map(() => []);
  const p = affine(x, kernel, options.kind === 'GRU' ? bias : add(bias, recurrentBias));
  splitSteps(p).forEach((at, t) => {
    const next = step(at, states);
    const valid = limit && greater(limit, t);
    states = valid ? next.map((state) => where(valid, state, 0)) : next;
    states.forEach((state, i) => history[i]?.push(state));
  });
  return history.map(stackSteps);
}

/** The library's operation, if it does what the options say. */
function usual({ kind, gates, limit, coupled, resetAfter }: UnitOptions, inputs: UnitInputs): Tensor[] | undefined {
  const { bias, recurrentBias, peephole } = inputs;
  if (limit !== undefined || coupled || peephole) return undefined;
  const [f, g, h = g] = gates;
  if (!f) return undefined;
  const sum = { ...inputs, bias: add(bias, recurrentBias), recurrentBias: undefined };
  if (kind === 'RNN') {
    const fused = fusedActivation(f.name, f.parameter);
    return fused && [simpleRnn(sum, { fused, activate: f.apply })];
  }
  if (f.name !== 'sigmoid' || g?.name !== 'tanh' || h?.name !== 'tanh') return undefined;
  const options = { activate: g.apply, gate: f.apply, usual: true };
  if (kind === 'LSTM') return lstm(sum, options);
  return [gru(resetAfter ? inputs : sum, { ...options, resetAfter })];
}

/** The sequences of states [B, T, u] of one direction; 0 past a length. */
export function recurrence(options: UnitOptions, inputs: UnitInputs): Tensor[] {
  return usual(options, inputs) ?? stepByStep(options, inputs);
}

// One training step: the objective (loss and penalties), and the kernel calls of forward, backward and update.
import { refuse, ShapeError } from '../core/errors.js';
import { shapeText } from '../core/shapes.js';
import { fusedLoss, type LabelLoss, type Loss } from '../losses/index.js';
import { maskedLoss } from '../losses/masked.js';
import { add } from '../ops/add.js';
import { valueAndGrad } from '../ops/differentiation.js';
import { maskSteps } from '../ops/maskSteps.js';
import { sigmoid } from '../ops/sigmoid.js';
import { softmaxLast } from '../ops/softmax.js';
import { checkTensor } from '../ops/support/operands.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { RuleState } from '../optimizers/state.js';
import { unshared } from '../optimizers/unshared.js';
import { DONE } from '../runtime/execute.js';
import * as kernels from '../runtime/generated/kernels.js';
import { KEEPS_OLD_FLAG, OVERFLOW_FLAG } from '../runtime/generated/layout.js';
import { call } from '../runtime/kernels.js';
import { normOf } from '../optimizers/clip.js';
import { copyInto, copyOf } from '../tensors/copying.js';
import { detach } from '../tensors/scope.js';
import { hasDType, type DType, type Tensor } from '../tensors/tensor.js';
import { checkScalar } from './inputs.js';
import { emitParts, isOfOutputs, totalOf, type Against, type LossPart } from './lossParts.js';
import { emitMetrics, type CheckedMetric } from './metrics.js';
import { forward, weightTree, type NamedLayer, type Network, type NetworkWeight, type WeightTree } from './network.js';
import type { BatchBuffers } from './programs.js';

export interface Objective {
  /** The layers to run. The last one has no activation if the loss includes it. */
  readonly layers: readonly NamedLayer[];
  /** The loss of each output, scalars, from the output of these layers. Targets past a sequence's length do not count. */
  readonly parts: (output: Tensor, against: Against) => readonly LossPart[];
  /** The model's prediction from the output of these layers. */
  readonly predictionOf: (output: Tensor) => Tensor;
}

/** Combines a network with a checked loss. Softmax with cross-entropy and sigmoid with BCE become one stable kernel. */
export function makeObjective(where: string, network: Network, loss: Loss): Objective {
  const layers = network.layers.reduce((list, { layer }, i) => layer.arrange?.(list, i) ?? list, network.layers);
  const over =
    (own: LabelLoss): Objective['parts'] =>
    (output, against) => {
      const { target, lengths, weights } = against;
      if (isOfOutputs(own)) return own.parts(output, target, weights);
      const value = lengths ? maskedLoss(own, output, target, lengths, weights) : own(output, target, weights);
      return [{ ...against, own, loss: checkScalar(where, 'the loss', value) }];
    };
  const last = layers.at(-1);
  const name = last?.layer.activation;
  const bare = last?.layer.withoutActivation?.();
  if (last && bare && (name === 'softmax' || name === 'sigmoid')) {
    const fused = fusedLoss(loss, name);
    if (fused)
      return {
        layers: [...layers.slice(0, -1), { ...last, layer: bare }],
        parts: over(fused),
        predictionOf: name === 'softmax' ? softmaxLast : sigmoid,
      };
  }
  return { layers, parts: over(loss), predictionOf: (output) => output };
}

/**
 * Adds l1 and l2 penalties to the loss cell, one kernel call per weight, and their gradients `l1 sign(theta) + 2 l2
 * theta` to the gradients, if there are any.
 */
export function addPenalties(
  weights: readonly NetworkWeight[],
  lossCell: number,
  gradients: readonly Tensor[] = [],
): void {
  weights.forEach(({ regularizer, tensor }, i) => {
    if (typeof regularizer !== 'object') return;
    const { l1, l2 } = regularizer;
    call(kernels.penalty, tensor.pointer(), lossCell, l1, l2, tensor.size);
    const gradient = gradients[i];
    if (gradient) call(kernels.addPenaltyGradient, tensor.pointer(), gradient.pointer(), l1, l2, 0, tensor.size);
  });
}

/** The sum of the losses and of penalties that are functions of a weight, which are differentiated together. */
export function withCustomPenalties(
  parts: readonly LossPart[],
  weights: readonly NetworkWeight[],
  values: WeightTree,
): Tensor {
  const loss = totalOf(parts);
  let total: Tensor | undefined;
  for (const { name, regularizer } of weights) {
    const value = values[name];
    if (typeof regularizer !== 'function' || !value) continue;
    const penalty = regularizer(value);
    total = total ? add(total, penalty) : penalty;
  }
  return total ? add(loss, total) : loss;
}

/** Status codes of the guards, in the order in which they stand in the program. */
export const BAD_INPUT = 1;
export const BAD_TARGET = 2;
const BAD_LOSS = 3;
export const BAD_GRADIENT = 4;
/** Bits of 2^40, from which on a gradient may make a weight overflow in one step, and of infinity. */
const [LARGE, INFINITE] = [0x53800000, 0x7f800000];

/** The update has made a weight that is not finite, and was taken back. */
const BAD_UPDATE = 5;

/** What a step reads and changes. */
export interface TrainingState {
  readonly network: Network;
  /** The weights that the optimiser changes. */
  readonly trained: readonly NetworkWeight[];
  /** The names of the frozen ones. */
  readonly frozen: (name: string) => boolean;
  readonly rule: Optimizer;
  readonly optimizer: RuleState;
  /** Seed and step counter of dropout, read by the program. */
  readonly key: Tensor<'i32'>;
  /**
   * Where gradients of several batches are averaged: their sums, then the share of each in the update. Empty otherwise.
   */
  readonly sums: readonly Tensor[];
  /** How many parts of the loss are among the results of a batch: 0 where nobody joins them. */
  readonly parts: number;
  /** Steps done so far. */
  steps: number;
}

function guard(value: Tensor, status: number): void {
  call(kernels.guardFinite, value.pointer(), value.size, status);
}

/** Results of a forward and a backward pass. */
interface Differentiated {
  readonly loss: Tensor;
  readonly gradients: readonly Tensor[];
  readonly output: Tensor;
  /** Valid steps of the output, if it has steps. */
  readonly valid: Tensor<'i32'> | undefined;
  /** New values of running statistics, by weight name. */
  readonly statistics: readonly (readonly [string, Tensor])[];
}

/**
 * Loss and gradients of a batch. Tensors of the pass that are still needed are added to `kept`, which the caller frees.
 */
function differentiate(
  { network, trained, frozen, key, parts: count }: TrainingState,
  objective: Objective,
  { x, y, lengths, weights: given, results }: BatchBuffers,
  kept: Tensor<DType>[],
): Differentiated {
  const input = lengths && !network.inputShapes ? maskSteps(x, lengths) : x; // padding may hold anything
  guard(input, BAD_INPUT);
  const keep = <D extends DType>(value: Tensor<D>): Tensor<D> => {
    const handle = detach(value.alias()); // keeps it after the differentiated function has ended
    kept.push(handle);
    return handle;
  };
  let rest: Pick<Differentiated, 'output' | 'valid' | 'statistics'> | undefined;
  const [loss, gradients] = valueAndGrad((own: WeightTree) => {
    const weights = { ...weightTree(network.weights), ...own };
    const pass = forward(objective.layers, weights, input, { training: true, lengths, key, frozen });
    const valid = y.shape.length > 1 ? pass.lengths : undefined;
    if (hasDType(y, 'f32')) guard(valid ? maskSteps(y, valid) : y, BAD_TARGET);
    const parts = objective.parts(pass.output, { target: y, lengths: valid, weights: given });
    if (count > 0) emitParts(parts, results, y.shape[0] ?? 0);
    rest = {
      output: keep(pass.output),
      valid: valid && keep(valid),
      statistics: Object.entries(pass.updates).map(([name, value]) => [name, keep(value)]),
    };
    return withCustomPenalties(parts, trained, own);
  })(weightTree(trained));
  return { output: loss, valid: undefined, statistics: [], ...rest, loss, gradients: Object.values(gradients) };
}

/** The running statistics that are replaced by new ones. */
function updated(weights: WeightTree, name: string, value: Tensor): Tensor {
  const weight = weights[name];
  if (weight?.size === value.size) return weight;
  refuse(ShapeError, name, `an update of shape ${shapeText(weight?.shape ?? [])}`, value.shape);
}

/** Records a step: first the guards, then everything that changes memory. */
export function emitStep(
  state: TrainingState,
  objective: Objective,
  metrics: readonly CheckedMetric[],
  buffers: BatchBuffers,
  updates: boolean,
  norms: boolean,
): void {
  const { network, trained, key, sums } = state;
  const { y, weights, results } = buffers;
  const kept: Tensor<DType>[] = [];
  try {
    const { loss, output, valid, statistics, ...rest } = differentiate(state, objective, buffers, kept);
    const gradients = unshared(rest.gradients); // penalties, clipping and the update work in place
    call(kernels.copyBytes, loss.pointer(), results.pointer(), 4);
    addPenalties(trained, results.pointer(), gradients);
    const at = 1 + 2 * state.parts;
    const { predictionOf } = objective;
    emitMetrics(metrics, { output, predictionOf, target: y, lengths: valid, weights, results, at });
    call(kernels.guardFinite, results.pointer(), 1, BAD_LOSS);
    for (const [, value] of statistics) guard(value, BAD_GRADIENT);
    const weightsByName = weightTree(network.weights);
    const changing = [key, ...statistics.map(([name, value]) => updated(weightsByName, name, value))];
    const change = (): void => {
      statistics.forEach(([, value], i) => copyInto(value, changing[i + 1] ?? value));
      call(kernels.advanceCounter, key.pointer() + 4);
    };
    const share = sums.at(-1);
    const totals = share ? gradients.map((gradient, i) => add(gradient, sums[i] ?? gradient)) : gradients;
    const cell = norms ? results.pointer() + 4 * (results.size - 1) : 0;
    if (norms && !updates) normOf(gradients, cell);
    if (updates) {
      for (const total of share ? totals : [])
        call(kernels.scaleByCell, total.pointer(), share?.pointer() ?? 0, 0, total.size);
      if (norms) normOf(totals, cell);
      emitChange(state, totals, [...changing, ...sums], () => {
        for (const sum of sums) call(kernels.fill, sum.pointer(), 0, 0, sum.size);
        change();
      });
    } else {
      for (const total of totals) guard(total, BAD_GRADIENT);
      totals.forEach((total, i) => copyInto(total, sums[i] ?? total));
      change();
    }
  } finally {
    for (const handle of kept) handle.dispose();
  }
}

/**
 * The update and what goes with it, which changes the tensors `others`. Where rates, hyperparameters or gradients are so
 * large that a weight may overflow, all of it is taken back when one has: the old weights stand in place of the gradients.
 */
function emitChange(
  { trained, optimizer }: TrainingState,
  gradients: readonly Tensor[],
  others: readonly Tensor<DType>[],
  change: () => void,
): void {
  const cells = optimizer.careful();
  const [keeps, overflow] = [cells - KEEPS_OLD_FLAG, cells - OVERFLOW_FLAG];
  for (const gradient of gradients)
    call(kernels.guardBelow, gradient.pointer(), gradient.size, LARGE, BAD_GRADIENT, keeps);
  const old = [...gradients, ...others.map(copyOf)];
  optimizer.update(gradients);
  for (const { name, constraint, tensor } of trained) {
    if (!constraint) continue;
    const value = checkTensor(name, constraint(tensor));
    copyInto(value, updated({ [name]: tensor }, name, value));
  }
  change();
  call(kernels.unlessFlag, keeps, DONE);
  const changed = trained.map(({ tensor }) => tensor);
  for (const weight of changed) call(kernels.guardBelow, weight.pointer(), weight.size, INFINITE, 0, overflow);
  call(kernels.unlessFlag, overflow, DONE);
  [...changed, ...others].forEach((tensor, i) => copyInto(old[i] ?? tensor, tensor));
  call(kernels.unlessFlag, overflow, BAD_UPDATE); // the flag is cleared: this ends the program
}

// A recurrence written step by step with ops: its definition, from which derivatives of higher order are made.
import { gradOf } from '../../autodiff/grad.js';
import { viewAs } from '../../autodiff/linear.js';
import type { Maybe, RuleTable } from '../../autodiff/op.js';
import { zeros } from '../../tensors/creation.js';
import type { Tensor } from '../../tensors/tensor.js';
import { affine } from '../affine.js';
import { broadcastTo } from '../broadcast.js';
import { cast } from '../cast.js';
import { greater } from '../greater.js';
import { splitSteps, stackSteps } from '../sequence.js';
import { where } from '../where.js';
import { nth } from './arguments.js';
import { innerProduct } from './composition.js';
import { checkRecurrentInputs, type Cell, type RecurrentInputs } from './recurrentCell.js';

/** The sequences of states from p and q [B, T, G u], step by step with ops. */
function unroll<C>(cell: Cell<C>, p: Tensor, q: Maybe, inputs: RecurrentInputs, options: C): Tensor[] {
  const { recurrentKernel, lengths } = inputs;
  const limit = lengths && viewAs(cast(lengths, 'f32'), [lengths.size, 1]);
  const qs = q && splitSteps(q);
  let states = inputs.states;
  const history: Tensor[][] = states.map(() => []);
  splitSteps(p).forEach((pt, t) => {
    const next = cell.step(pt, qs?.[t], recurrentKernel, states, options);
    const valid = limit && greater(limit, t);
    states = valid ? next.map((state) => where(valid, state, 0)) : next;
    states.forEach((state, i) => history[i]?.push(state));
  });
  return history.map(stackSteps);
}

/** p, and q if the cell keeps it separate. */
function shares<C>(cell: Cell<C>, { x, kernel, bias, recurrentBias }: RecurrentInputs): [p: Tensor, q: Maybe] {
  const p = affine(x, kernel, bias);
  if (!cell.apart) return [p, undefined];
  return [p, recurrentBias ? broadcastTo(recurrentBias, p.shape) : zeros(p.shape)];
}

/** The sequences of states by the definition, for any options of the cell. */
export function composeRecurrence<C>(cell: Cell<C>, inputs: RecurrentInputs, options: C): Tensor[] {
  checkRecurrentInputs(cell, inputs);
  const [p, q] = shares(cell, inputs);
  return unroll(cell, p, q, inputs, options);
}

/** Gradients of p, of q if the cell keeps it separate, and of the initial states, by the definition. */
export function composeGradient<C>(
  cell: Cell<C>,
  inputs: RecurrentInputs,
  cotangents: readonly Maybe[],
  options: C,
  table: RuleTable,
): Tensor[] {
  const [p, q] = shares(cell, inputs);
  const points = [p, ...(q ? [q] : []), ...inputs.states];
  const inner = (moved: readonly Tensor[]): Tensor => {
    const states = moved.slice(q ? 2 : 1);
    return innerProduct(unroll(cell, nth(moved, 0), q && nth(moved, 1), { ...inputs, states }, options), cotangents);
  };
  return [...gradOf('vjp', table, inner)(points)];
}

// Shared by the recurrent operations. Forward, p = x W + b is one product over all steps; a kernel then runs through
// the steps. Backward, a kernel computes dp; the gradient of each weight is then one product over all steps.
import { copyTransposed, viewAs } from '../../autodiff/linear.js';
import { apply, type Applied, type Maybe, type Op, type Spec, type Tensors } from '../../autodiff/op.js';
import type { Shape } from '../../core/shapes.js';
import * as kernels from '../../runtime/generated/kernels.js';
import { call, callNamed } from '../../runtime/kernels.js';
import type { Tensor } from '../../tensors/tensor.js';
import { sumTo } from '../broadcast.js';
import { matmul } from '../matmul.js';
import { previousSteps } from '../sequence.js';
import { nth } from './arguments.js';
import { composedRules } from './composition.js';
import { gemmUnits } from './gemm.js';
import {
  checkRecurrentInputs,
  layoutOf,
  pack,
  sizesOf,
  unpack,
  type Cell,
  type Layout,
  type RecurrentInputs,
} from './recurrentCell.js';
import { composeGradient, composeRecurrence } from './unrolled.js';
import { withScratch } from './scratch.js';

const rowsOf = (x: Tensor): Tensor => viewAs(x, [(x.shape[0] ?? 0) * (x.shape[1] ?? 0), x.shape[2] ?? 0]);

const f32 = (shape: Shape): Spec => ({ shape, dtype: 'f32' });

/** [B, T, width] */
function sequenceShape(inputs: RecurrentInputs, width: number): Shape {
  const { batch, steps } = sizesOf(inputs);
  return [batch, steps, width];
}

/** Splits `rest` into the cotangents and the tensors after them. */
function takeCotangents(
  rest: readonly Tensor[],
  flags: readonly boolean[],
): [cotangents: Maybe[], outputs: readonly Tensor[]] {
  let next = 0;
  const cotangents = flags.map((there) => (there ? rest[next++] : undefined));
  return [cotangents, rest.slice(next)];
}

/**
 * From inputs, cotangents of the sequences of states, and outputs to the gradients of p, of q if it is separate, and of
 * the initial states.
 */
function gradientOperation<C>(cell: Cell<C>): Op<Layout<C>, Tensors> {
  const given = cell.states + (cell.saved > 0 ? 1 : 0); // the outputs, which come last because they are functions of the inputs
  return {
    name: `${cell.name}Gradient`,
    infer: (all, layout) => {
      const { inputs } = unpack(cell, all, layout);
      const gates = sequenceShape(inputs, nth(all, 2).shape[1] ?? 0);
      return [gates, ...(cell.apart ? [gates] : []), ...inputs.states.map(({ shape }) => shape)].map(f32);
    },
    forward: (all, results, layout) => {
      const { inputs, rest } = unpack(cell, all, layout);
      const [cotangents, outputs] = takeCotangents(rest, layout.cotangents);
      const sequences = outputs.slice(0, cell.states);
      const dq = cell.apart ? nth(results, 1) : undefined;
      const [dp, dStates, saved] = [nth(results, 0), results.slice(cell.apart ? 2 : 1), outputs[cell.states]];
      const [units = 0, columns = 0] = inputs.recurrentKernel.shape;
      const sizes = sizesOf(inputs);
      withScratch([columns, units], (transposed) => {
        if (sizes.packed) packPanels(inputs.recurrentKernel, transposed, true);
        else copyTransposed(inputs.recurrentKernel, transposed);
        const task = { inputs, transposed, sequences, saved, cotangents, dp, dq, dStates };
        cell.backward(task, sizes, layout.options);
      });
    },
    rules: composedRules(
      (all, layout, table) => {
        const { inputs, rest } = unpack(cell, all, layout);
        const [cotangents] = takeCotangents(rest, layout.cotangents);
        return composeGradient(cell, inputs, cotangents, layout.options, table);
      },
      (all) => all.length - given,
    ),
  };
}

/** The vjp rule: the backward kernel over the steps, then one product for each weight. */
function pullBack<C>(
  cell: Cell<C>,
  gradientOp: Op<Layout<C>, Tensors>,
  { inputs: all, outputs, attributes, needs }: Applied<Layout<C>, Tensors>,
  given: readonly Maybe[],
): Maybe[] {
  const { inputs } = unpack(cell, all, attributes);
  const cotangents = given.slice(0, cell.states);
  const layout = { ...attributes, cotangents: cotangents.map((cotangent) => cotangent !== undefined) };
  const extra = [...cotangents.filter((cotangent) => cotangent !== undefined), ...outputs];
  const results = apply(gradientOp, [...all, ...extra], layout);
  const [p, q] = [rowsOf(nth(results, 0)), rowsOf(nth(results, cell.apart ? 1 : 0))];
  const before = (): Tensor => rowsOf(previousSteps(nth(outputs, 0), nth(inputs.states, 0)));
  const biases = [...(attributes.bias ? [p] : []), ...(attributes.recurrentBias ? [q] : [])];
  const first = 3 + cell.states;
  return [
    needs[0] ? viewAs(matmul(p, inputs.kernel, { transposeB: true }), inputs.x.shape) : undefined,
    needs[1] ? matmul(rowsOf(inputs.x), p, { transposeA: true }) : undefined,
    needs[2] ? matmul(before(), q, { transposeA: true }) : undefined,
    ...results.slice(cell.apart ? 2 : 1),
    ...biases.map((rows, i) => (needs[first + i] ? sumTo(rows, rows.shape.slice(1)) : undefined)),
  ];
}

/** The sequences of states, then other values that the backward pass needs. */
function forwardOperation<C>(cell: Cell<C>, gradientOp: Op<Layout<C>, Tensors>): Op<Layout<C>, Tensors> {
  const { jvp } = composedRules<Layout<C>, Tensors>((all, layout) =>
    composeRecurrence(cell, unpack(cell, all, layout).inputs, layout.options),
  );
  return {
    name: cell.name,
    infer: (all, layout) => {
      const { inputs } = unpack(cell, all, layout);
      const { units } = sizesOf(inputs);
      const saved = cell.saved > 0 ? [sequenceShape(inputs, cell.saved * units)] : [];
      return [...inputs.states.map(() => sequenceShape(inputs, units)), ...saved].map(f32);
    },
    forward: (all, outputs, layout) => {
      const { inputs } = unpack(cell, all, layout);
      const saved = outputs[cell.states];
      const sizes = sizesOf(inputs);
      if (sizes.batch === 0) return;
      project(inputs, saved ?? nth(outputs, 0));
      const run = (kernel: Tensor): void =>
        cell.forward(inputs, kernel, outputs.slice(0, cell.states), saved, sizes, layout.options);
      const { recurrentKernel } = inputs;
      if (!sizes.packed) run(recurrentKernel);
      else
        withScratch(recurrentKernel.shape, (panels) => {
          packPanels(recurrentKernel, panels, false);
          run(panels);
        });
    },
    rules: {
      vjp: (applied, cotangents) => pullBack(cell, gradientOp, applied, cotangents),
      jvp,
      saves: { inputs: true, outputs: true },
    },
  };
}

/** A cell as an operation: the sequences of its states. */
export function recurrence<C>(cell: Cell<C>): (inputs: RecurrentInputs, options: C) => Tensor[] {
  const op = forwardOperation(cell, gradientOperation(cell));
  return (inputs, options) => {
    checkRecurrentInputs(cell, inputs);
    const outputs = apply(op, pack(inputs), layoutOf(inputs, options));
    outputs[cell.states]?.dispose();
    return outputs.slice(0, cell.states);
  };
}

/** The matrix x or its transpose as panels for the register tile. */
function packPanels(x: Tensor, panels: Tensor, transposed: boolean): void {
  const [rows = 0, columns = 0] = x.shape;
  const [k, n] = transposed ? [columns, rows] : [rows, columns];
  call(kernels.packPanels, x.pointer(), columns, Number(transposed), panels.pointer(), k, n);
}

/** p = x W + b into the first columns of a sequence of rows. */
function project({ x, kernel, bias }: RecurrentInputs, into: Tensor): void {
  const [batch = 0, steps = 0, features = 0] = x.shape;
  const [m, n] = [batch * steps, kernel.shape[1] ?? 0];
  callNamed(kernels.gemm, {
    a: x.pointer(),
    lda: features,
    b: kernel.pointer(),
    ldb: n,
    c: into.pointer(),
    ldc: into.shape[2] ?? 0,
    m,
    n,
    k: features,
    transposeA: 0,
    transposeB: 0,
    accumulate: 0,
    bias: bias?.pointer() ?? 0,
    activation: 0,
    slope: 0,
    end: gemmUnits(m, n),
  });
}

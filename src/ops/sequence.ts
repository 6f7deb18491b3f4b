// More operations on batches of sequences x [batch, steps, ...]; each sequence may have its own length (i32 [batch]).
import { sizeOf, type Shape } from '../core/shapes.js';
import { applyOne, apply, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { zeros } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';
import { callSteps, checkSequence, selfAdjoint, withLengths, type Sequences } from './maskSteps.js';
import { nth, only } from './support/arguments.js';
import { copyStrided } from './support/broadcasting.js';

const withoutSteps = (shape: Shape): Shape => [shape[0] ?? 0, ...shape.slice(2)];

const reversed = selfAdjoint('reverseSteps', kernels.reverseSteps);

/** Each sequence's valid steps in the opposite order, 0 past them. */
export function reverseSteps(x: Tensor, lengths?: Tensor<'i32'>): Tensor {
  checkSequence('reverseSteps', x, lengths);
  return reversed(x, lengths);
}

const lastStepOp: Op<number, Sequences> = {
  name: 'lastStep',
  infer: ([x]) => [{ shape: withoutSteps(x.shape), dtype: 'f32' }],
  forward: ([x, lengths], outputs) => {
    callSteps(kernels.lastStep, x, lengths, only(outputs), x.shape);
  },
  rules: {
    vjp: ({ inputs, attributes }, [cotangent]) => [
      cotangent && applyOne(placeLastStepOp, withLengths(cotangent, inputs[1]), attributes),
    ],
    jvp: ({ inputs, attributes }, [tangent]) => [
      tangent && applyOne(lastStepOp, withLengths(tangent, inputs[1]), attributes),
    ],
  },
};

const placeLastStepOp: Op<number, Sequences> = {
  name: 'placeLastStep',
  infer: ([x], steps) => {
    const [batch = 0, ...rest] = x.shape;
    return [{ shape: [batch, steps, ...rest], dtype: 'f32' }];
  },
  forward: ([x, lengths], outputs) => {
    const y = only(outputs);
    callSteps(kernels.placeLastStep, x, lengths, y, y.shape);
  },
  rules: {
    vjp: ({ inputs, attributes }, [cotangent]) => [
      cotangent && applyOne(lastStepOp, withLengths(cotangent, inputs[1]), attributes),
    ],
    jvp: ({ inputs, attributes }, [tangent]) => [
      tangent && applyOne(placeLastStepOp, withLengths(tangent, inputs[1]), attributes),
    ],
  },
};

/** Each sequence's last valid step: [batch, steps, ...] to [batch, ...]. */
export function lastStep(x: Tensor, lengths?: Tensor<'i32'>): Tensor {
  checkSequence('lastStep', x, lengths);
  return applyOne(lastStepOp, withLengths(x, lengths), x.shape[1] ?? 0);
}

const splitStepsOp: Op<undefined> = {
  name: 'splitSteps',
  infer: (inputs) => {
    const { shape, dtype } = only(inputs);
    return Array.from({ length: shape[1] ?? 0 }, () => ({ shape: withoutSteps(shape), dtype }));
  },
  forward: (inputs, outputs) => {
    const x = only(inputs);
    const [batch = 0, steps = 0] = x.shape;
    const width = sizeOf(x.shape.slice(2));
    outputs.forEach((y, t) => {
      copyStrided(x.pointer() + 4 * t * width, y.pointer(), [batch, width], [steps * width, 1], [width, 1]);
    });
  },
  rules: {
    vjp: ({ inputs }, cotangents) => [
      stackSteps(cotangents.map((cotangent) => cotangent ?? zeros(withoutSteps(only(inputs).shape)))),
    ],
    jvp: (_, [tangent]) => (tangent ? splitSteps(tangent) : []),
    saves: { inputs: false },
  },
};

const stackStepsOp: Op<undefined> = {
  name: 'stackSteps',
  infer: (inputs) => {
    const [batch = 0, ...rest] = only(inputs).shape;
    return [{ shape: [batch, inputs.length, ...rest], dtype: 'f32' }];
  },
  forward: (inputs, outputs) => {
    const y = only(outputs);
    const [batch = 0, steps = 0] = y.shape;
    const width = sizeOf(y.shape.slice(2));
    inputs.forEach((x, t) => {
      copyStrided(x.pointer(), y.pointer() + 4 * t * width, [batch, width], [width, 1], [steps * width, 1]);
    });
  },
  rules: {
    vjp: (_, [cotangent]) => (cotangent ? splitSteps(cotangent) : []),
    jvp: ({ inputs }, tangents) => [stackSteps(inputs.map((input, i) => tangents[i] ?? zeros(input.shape)))],
    saves: { inputs: false },
  },
};

/** The steps of a batch of sequences, one tensor [batch, ...] each. */
export function splitSteps(x: Tensor): Tensor[] {
  return apply(splitStepsOp, [x], undefined);
}

/** The opposite of `splitSteps`. */
export function stackSteps(steps: readonly Tensor[]): Tensor {
  return applyOne(stackStepsOp, steps, undefined);
}

const previousStepsOp: Op<undefined> = {
  name: 'previousSteps',
  infer: ([x]) => (x ? [x] : []),
  forward: (inputs, outputs) => {
    const [x, first] = [nth(inputs, 0), nth(inputs, 1)];
    const [batch = 0, steps = 0] = x.shape;
    const width = sizeOf(x.shape.slice(2));
    call(kernels.previousSteps, x.pointer(), first.pointer(), only(outputs).pointer(), steps, width, 0, batch);
  },
  rules: {
    // Written with single steps, since only second derivatives of recurrent layers need it.
    vjp: ({ inputs }, [cotangent]) => {
      if (!cotangent) return [];
      const [head, ...tail] = splitSteps(cotangent);
      return [stackSteps([...tail, zeros(withoutSteps(only(inputs).shape))]), head];
    },
    jvp: ({ inputs: [x, first] }, [dx, dFirst]) => [
      x && first && previousSteps(dx ?? zeros(x.shape), dFirst ?? zeros(first.shape)),
    ],
    saves: { inputs: false },
  },
};

/** y[b, 0] = first[b] and y[b, t] = x[b, t - 1]: the state before each step. */
export function previousSteps(x: Tensor, first: Tensor): Tensor {
  return applyOne(previousStepsOp, [x, first], undefined);
}

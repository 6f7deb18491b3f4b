// Trajectories of an optimiser beside a float64 reference of the same rule.
import { expect } from 'vitest';
import type { Optimizer } from '../../src/optimizers/index.js';
import * as kernels from '../../src/runtime/generated/kernels.js';
import { call } from '../../src/runtime/kernels.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { numbers } from '../support/slices.js';

/** Ragged: odd, smaller than a vector, one element, a whole number of vectors. */
const SHAPES = [[3, 5], [2], [1], [4, 8], [7]];
export const STEPS = 50;

/** One step of a rule in float64: changes theta and state in place. `step` counts from 0. */
export type Reference = (theta: Float64Array, gradient: Float64Array, state: Slots, step: number) => void;
export type Slots = Record<string, Float64Array>;

/** The gradient of the reference and of the optimiser alike: noise, and a pull of theta to 1/2. */
function gradientsAt(step: number, sizes: readonly number[]): Float32Array[] {
  return sizes.map((size, i) => numbers(size, 1000 * step + i, -1.5, 1.5));
}

export interface Trajectory {
  /** Parameters after the last step. */
  readonly theta: Float64Array[];
  readonly slots: Slots[];
}

/** Runs a reference; `clip` may change the gradients of all parameters first. */
export function referenceRun(
  reference: Reference,
  slotNames: readonly string[],
  {
    clip,
    initial = 0,
    steps = STEPS,
  }: { clip?: (gradients: Float64Array[]) => void; initial?: number; steps?: number } = {},
): Trajectory {
  const sizes = SHAPES.map((shape) => shape.reduce((a, b) => a * b, 1));
  const theta = sizes.map((size, i) => Float64Array.from(numbers(size, 77 + i)));
  const slots = sizes.map((size) =>
    Object.fromEntries(slotNames.map((name) => [name, new Float64Array(size).fill(initial)])),
  );
  for (let step = 0; step < steps; step++) {
    const gradients = gradientsAt(step, sizes).map((gradient) => Float64Array.from(gradient));
    clip?.(gradients);
    theta.forEach((parameter, i) => {
      reference(parameter, gradients[i]!, slots[i]!, step);
    });
  }
  return { theta, slots };
}

export function parametersOf(): Tensor[] {
  return SHAPES.map((shape, i) =>
    tensor(
      numbers(
        shape.reduce((a, b) => a * b, 1),
        77 + i,
      ),
      shape,
    ),
  );
}

/** The gradients of one step as tensors. */
export function gradientTensors(step: number): Tensor[] {
  const sizes = SHAPES.map((shape) => shape.reduce((a, b) => a * b, 1));
  return gradientsAt(step, sizes).map((gradient, i) => tensor(gradient, SHAPES[i]));
}

/** Runs the optimiser over the same gradients and compares parameters and slots with the reference. */
export function expectTrajectory(optimizer: Optimizer, expected: Trajectory, tolerance = 2e-5): void {
  const theta = parametersOf();
  const state = optimizer.create(theta);
  for (let step = 0; step < STEPS; step++) {
    const gradients = gradientTensors(step);
    state.prepare(step);
    state.update(gradients);
    for (const gradient of gradients) gradient.dispose();
  }
  theta.forEach((parameter, i) => {
    expectNear(parameter.data(), expected.theta[i]!, tolerance, `parameter ${i}`);
    expect(state.slots[i]!.map((slot) => slot.shape)).toEqual(optimizer.slots.map(() => parameter.shape));
    optimizer.slots.forEach((name, k) => {
      expectNear(state.slots[i]![k]!.data(), expected.slots[i]![name]!, tolerance, `${name} of parameter ${i}`);
    });
    parameter.dispose();
  });
  state.dispose();
}

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (!(difference <= tolerance * Math.max(1, Math.abs(expected[i]!)))) {
      expect.fail(`${what}, element ${i}: expected ${expected[i]}, got ${actual[i]}`);
    }
  }
}

/** Puts the values of one tensor into another of the same size. */
export function overwrite(target: Tensor, source: Tensor): void {
  call(kernels.copyBytes, source.pointer(), target.pointer(), 4 * source.size);
}

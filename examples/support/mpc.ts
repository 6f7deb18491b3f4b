// Model-predictive control of a spacecraft near a target: a linear system, a quadratic cost over a horizon, thrusters
// with a largest force. Plain TypeScript in float64.

export type State = readonly number[]; // x, y, z and their rates
export type Input = readonly number[]; // accelerations along x, y, z

export const STATES = 6;
export const INPUTS = 3;
/** Largest acceleration along each axis. */
export const LIMIT = 1;
const HORIZON = 20;
const STEP = 0.25;
const STATE_COST = [1, 1, 1, 1, 1, 1];
const INPUT_COST = 1;
const TOLERANCE = 1e-9;

type Matrix = readonly (readonly number[])[];

const times = (a: Matrix, x: readonly number[]): number[] =>
  a.map((row) => row.reduce((sum, value, i) => sum + value * x[i]!, 0));

/** Clohessy and Wiltshire (1960): motion relative to a point on a circular orbit of angular rate n. */
function derivative(state: State, input: Input): number[] {
  const n = 0.5;
  const [x = 0, , z = 0, vx = 0, vy = 0, vz = 0] = state;
  const [ax = 0, ay = 0, az = 0] = input;
  return [vx, vy, vz, 3 * n ** 2 * x + 2 * n * vy + ax, -2 * n * vx + ay, -(n ** 2) * z + az];
}

/** The state one step later, the input held: Runge and Kutta, fourth order. */
export function advance(state: State, input: Input): number[] {
  const moved = (k: readonly number[], h: number): number[] => state.map((value, i) => value + h * k[i]!);
  const k1 = derivative(state, input);
  const k2 = derivative(moved(k1, STEP / 2), input);
  const k3 = derivative(moved(k2, STEP / 2), input);
  const k4 = derivative(moved(k3, STEP), input);
  return state.map((value, i) => value + (STEP / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
}

/** The cost of being somewhere and of pushing there, for one step. */
export function stageCost(state: State, input: Input): number {
  const square = (values: readonly number[], weights: (i: number) => number): number =>
    values.reduce((sum, value, i) => sum + weights(i) * value ** 2, 0);
  return square(state, (i) => STATE_COST[i]!) + square(input, () => INPUT_COST);
}

/** minimise U'HU/2 + (G s)'U over |U_i| <= LIMIT, where U holds the inputs of all steps and s is the state now. */
interface Problem {
  readonly H: Matrix;
  readonly G: Matrix;
}

const unit = (size: number, at: number): number[] => Array.from({ length: size }, (_, i) => Number(i === at));

/** States 1 to HORIZON, one after the other, when the inputs are those of U. */
function predicted(start: State, U: readonly number[]): number[] {
  let state = start;
  return Array.from(
    { length: HORIZON },
    (_, k) => (state = advance(state, U.slice(k * INPUTS, (k + 1) * INPUTS))),
  ).flat();
}

/** The states are linear in s and U: predicted = A s + B U; their cost is put in terms of U alone. */
function condense(): Problem {
  const size = HORIZON * INPUTS;
  const idle = new Array<number>(size).fill(0);
  const A = Array.from({ length: STATES }, (_, i) => predicted(unit(STATES, i), idle));
  const origin = new Array<number>(STATES).fill(0);
  const B = Array.from({ length: size }, (_, i) => predicted(origin, unit(size, i)));
  const weighted = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, i) => sum + 2 * STATE_COST[i % STATES]! * value * b[i]!, 0);
  const H = B.map((a, i) => B.map((b, j) => weighted(a, b) + (i === j ? 2 * INPUT_COST : 0)));
  const G = B.map((b) => A.map((a) => weighted(a, b)));
  return { H, G };
}

const clamp = (value: number): number => Math.min(LIMIT, Math.max(-LIMIT, value));

export interface Plan {
  /** Inputs of all steps; the first is applied. */
  readonly inputs: readonly number[];
  readonly iterations: number;
  /** How far a projected gradient step would still move: 0 at the optimum. */
  readonly residual: number;
}

/** H restricted to some rows and columns, solved for a right-hand side by Cholesky's factors. */
function solveFree(H: Matrix, free: readonly number[], rightSide: readonly number[]): number[] {
  const n = free.length;
  const L = new Float64Array(n * n);
  const x = free.map((index) => rightSide[index]!);
  for (let i = 0; i < n; i++) {
    const row = H[free[i]!]!;
    for (let j = 0; j <= i; j++) {
      let sum = row[free[j]!]!;
      for (let k = 0; k < j; k++) sum -= L[i * n + k]! * L[j * n + k]!;
      L[i * n + j] = i === j ? Math.sqrt(sum) : sum / L[j * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= L[i * n + k]! * x[k]!;
    x[i]! /= L[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= L[k * n + i]! * x[k]!;
    x[i]! /= L[i * n + i]!;
  }
  return x;
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/**
 * Solves the problem by projected Newton steps (Bertsekas 1982): inputs that a limit holds stay, the others go to their
 * minimum, cut at the limits. A handful of steps reach the optimum exactly.
 */
export function makeController(): (state: State) => Plan {
  const { H, G } = condense();
  return (state) => {
    const linear = times(G, state);
    const slopeAt = (inputs: readonly number[]): number[] => times(H, inputs).map((value, i) => value + linear[i]!);
    let inputs = linear.map(() => 0);
    for (let iterations = 0; ; iterations++) {
      const gradient = slopeAt(inputs);
      const residual = Math.max(...inputs.map((value, i) => Math.abs(value - clamp(value - gradient[i]!))));
      if (residual < TOLERANCE || iterations === 100) return { inputs, iterations, residual };
      const held = (value: number, i: number): boolean => Math.abs(value) === LIMIT && value * gradient[i]! < 0;
      const free = inputs.flatMap((value, i) => (held(value, i) ? [] : [i]));
      const step = inputs.map(() => 0);
      solveFree(H, free, gradient).forEach((value, i) => (step[free[i]!] = -value));
      let [next, size] = [inputs, 1];
      for (let falls = false; !falls && size > 1e-10; size /= 2) {
        next = inputs.map((value, i) => clamp(value + size * step[i]!));
        const move = next.map((value, i) => value - inputs[i]!);
        const change = dot(gradient, move) + dot(move, times(H, move)) / 2;
        falls = change <= 1e-4 * dot(gradient, move);
      }
      inputs = next;
    }
  };
}

/** The cost of a plan from a state on, followed step by step. */
export function planCost(start: State, inputs: readonly number[]): number {
  let [state, cost] = [start, 0];
  for (let k = 0; k < HORIZON; k++) {
    const input = inputs.slice(k * INPUTS, (k + 1) * INPUTS);
    state = advance(state, input);
    cost += stageCost(state, input);
  }
  return cost;
}

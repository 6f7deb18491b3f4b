// System 7: automatic differentiation: a graph and its picture, both modes, derivatives of derivatives.
import {
  grad,
  graph,
  hessian,
  init,
  jacobian,
  jvp,
  matmul,
  mul,
  randomNormal,
  sin,
  square,
  sub,
  sum,
  tanh,
  tensor,
  tidy,
  type Tensor,
} from 'wasmgrad';
import { operationGraph } from 'wasmgrad/plot';
import { isMain, type Log } from './support/cli.js';
import { saveFigure } from './support/figures.js';

export interface AutodiffOptions {
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface AutodiffResult {
  /** The graph of the lecture's example in Graphviz' language. */
  readonly dot: string;
  /** dL/dyhat of L = (y - yhat)^2 / 2 at y = 1, yhat = 3. */
  readonly gradient: number;
  /** Derivatives of x sin x at 2, the first four. */
  readonly derivatives: readonly number[];
  /** Largest difference between the Jacobians of the two modes, and between Hessians by two nestings. */
  readonly modesDiffer: number;
  readonly hessiansDiffer: number;
  readonly figure: string;
}

/** The lecture's example: L = (y - yhat)^2 / 2. */
const halfSquare = (y: Tensor, yhat: Tensor): Tensor => mul(0.5, square(sub(y, yhat)));

/** The first derivatives of f at x: the gradient of the gradient of ... */
function derivatives(f: (x: Tensor) => Tensor, x: number, count: number): number[] {
  let g = f;
  return Array.from({ length: count }, () => {
    g = grad(g);
    return tidy(() => g(tensor(x)).item());
  });
}

const largestDifference = (a: Tensor, b: Tensor): number => Math.max(...Array.from(sub(a, b).data(), Math.abs));

/** Jacobian of x -> tanh(x W), 6 inputs and 4 outputs, row by row and column by column. */
function modesDiffer(): number {
  return tidy(() => {
    const W = randomNormal([6, 4], { seed: 1 });
    const f = (x: Tensor): Tensor => tanh(matmul(x, W));
    const x = randomNormal([1, 6], { seed: 2 });
    return largestDifference(jacobian(f, { mode: 'reverse' })(x), jacobian(f, { mode: 'forward' })(x));
  });
}

/** A Hessian forward over reverse, and along one direction reverse over forward. */
function hessiansDiffer(): number {
  return tidy(() => {
    const f = (x: Tensor): Tensor => sum(mul(sin(x), square(x)));
    const x = randomNormal([5], { seed: 3 });
    const direction = randomNormal([5], { seed: 4 });
    const product = matmul(hessian(f)(x), direction);
    const along = grad((at: Tensor) => jvp(f, [at], [direction])[1])(x);
    return largestDifference(product, along);
  });
}

export async function run(options: AutodiffOptions = {}): Promise<AutodiffResult> {
  const { folder = 'out', log = console.log } = options;
  await init();
  using y = tensor(1);
  using yhat = tensor(3);
  const computation = graph(halfSquare, [y, yhat]);
  const dot = computation.toDot();
  log(dot);
  const gradient = tidy(() => grad((at: Tensor) => halfSquare(y, at))(yhat).item());
  log(`L = (y - yhat)^2 / 2 at y = 1, yhat = 3: dL/dyhat = yhat - y = ${gradient}`);
  const found = derivatives((x) => mul(x, sin(x)), 2, 4);
  log(`x sin x at 2, derivatives 1 to 4: ${found.map((value) => value.toFixed(5)).join(', ')}`);
  const [modes, hessians] = [modesDiffer(), hessiansDiffer()];
  log(`Jacobians in forward and reverse mode differ by at most ${modes.toExponential(1)}`);
  log(`Hessian times v, forward over reverse and reverse over forward, differ by at most ${hessians.toExponential(1)}`);
  const figure = await saveFigure(
    folder,
    'autodiff-graph',
    operationGraph(computation, { title: 'L = (y - yhat)² / 2', names: ['y', 'yhat'] }),
  );
  log(`figure: ${figure}`);
  return { dot, gradient, derivatives: found, modesDiffer: modes, hessiansDiffer: hessians, figure };
}

if (isMain(import.meta.url)) await run();

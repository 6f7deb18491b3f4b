// Shortened runs of the examples that end in a figure: that they show what they are to show.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run as autodiff } from '../../examples/autodiff.js';
import { run as controller } from '../../examples/controller.js';
import { run as linearRegression } from '../../examples/linear-regression.js';
import { run as optimizers } from '../../examples/optimizers.js';
import { run as rangeBias } from '../../examples/range-bias.js';
import { run as regularisation } from '../../examples/regularisation.js';
import { INPUTS, LIMIT, advance, makeController, planCost } from '../../examples/support/mpc.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));
const quiet = { folder, log: (): void => undefined };

/** A figure small enough for a page, drawn whole. */
function expectFigure(path: string): string {
  const svg = readFileSync(path, 'utf8');
  expect(svg.length).toBeLessThan(60_000);
  expect(svg).toMatch(/^<svg [^]*<\/svg>\n$/);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  return svg;
}

test('linear regression: both ways agree, stable where normal equations fail; degree 3 fits best, L2 helps 15', async () => {
  const { descentDiffers, stableError, normalError, fits, figure } = await linearRegression(quiet);
  expect(descentDiffers).toBeLessThan(1e-5);
  expect(stableError).toBeLessThan(1e-3);
  expect(normalError < 0.1).toBe(false); // NaN, or far off
  const { 'degree 1': low, 'degree 3': right, 'degree 15': high, 'degree 15, L2 0.001': tamed } = fits;
  expect(low!.training).toBeGreaterThan(2 * right!.training);
  expect(high!.training).toBeLessThan(right!.training);
  expect(high!.fresh).toBeGreaterThan(1.4 * right!.fresh);
  expect(tamed!.fresh).toBeLessThan(0.8 * high!.fresh);
  expectFigure(figure);
});

test('every optimiser comes down the valley, and all beat plain gradient descent', async () => {
  const { losses, start, figure } = await optimizers(quiet);
  expect(start).toBe(17);
  expect(Object.keys(losses)).toHaveLength(8);
  const plain = losses['gradient descent']!;
  // theta_k <- (1 - 0.03 c_k) theta_k, 120 times
  expect(plain).toBeCloseTo((9 * 0.97 ** 240 + 25 * 0.25 ** 240) / 2, 7);
  for (const [name, loss] of Object.entries(losses)) {
    if (name !== 'gradient descent') expect(loss, name).toBeLessThan(plain / 10);
  }
  expect(expectFigure(figure).match(/class="guide"/g)).toHaveLength(5);
});

describe('autodiff', () => {
  test("the lecture's example: graph, gradient, higher derivatives, both modes", async () => {
    const { dot, gradient, derivatives, modesDiffer, hessiansDiffer, figure } = await autodiff(quiet);
    expect(dot).toMatch(/label="sub"[^]*label="square"[^]*label="mul"/);
    expect(gradient).toBe(2);
    const [s, c] = [Math.sin(2), Math.cos(2)];
    [s + 2 * c, 2 * c - 2 * s, -3 * s - 2 * c, -4 * c + 2 * s].forEach((expected, i) => {
      expect(derivatives[i]).toBeCloseTo(expected, 5);
    });
    expect(modesDiffer).toBeLessThan(1e-6);
    expect(hessiansDiffer).toBeLessThan(1e-5);
    const svg = expectFigure(figure);
    for (const label of ['y', 'yhat', 'sub', 'square', 'mul', 'constant']) expect(svg).toContain(`>${label}</text>`);
    expect(svg.match(/class="axis edge"/g)).toHaveLength(5);
  });
});

test('regularisation: each remedy is better than none, early stopping keeps the best, L1 makes zeros', async () => {
  const { figures, zeros, figure } = await regularisation({ ...quiet, epochs: 80 });
  const { 'nothing against it': nothing, 'early stopping': early, ...others } = figures;
  expect(nothing!.loss).toBeGreaterThan(1.5 * nothing!.best);
  expect(early!.loss).toBe(early!.best);
  expect(early!.epochs).toBeLessThan(60);
  expect(Object.keys(others)).toHaveLength(2);
  for (const [name, { loss }] of Object.entries(others)) expect(loss, name).toBeLessThan(0.85 * nothing!.loss);
  expect(zeros.without).toBeLessThan(6);
  expect(zeros.l1).toBeGreaterThan(20);
  expectFigure(figure);
});

test('the range bias of four anchors is learned from noisy ranges', async () => {
  const { uncorrected, constant, corrected, figure } = await rangeBias({ ...quiet, epochs: 15 });
  expect(constant).toBeLessThan(uncorrected);
  expect(corrected).toBeLessThan(constant / 5);
  expectFigure(figure);
});

describe('controller', () => {
  test('MPC plans are optimal, within limits, and bring the state home', () => {
    const solve = makeController();
    let state = [1, -1, 1, 1, 0.5, -1];
    const { inputs, residual } = solve(state);
    expect(residual).toBeLessThan(1e-9);
    expect(Math.max(...inputs.map(Math.abs))).toBe(LIMIT);
    // No neighbour within the limits is cheaper.
    const cost = planCost(state, inputs);
    for (let i = 0; i < inputs.length; i++) {
      for (const step of [-1e-3, 1e-3]) {
        const moved = inputs.map((value, j) => (i === j ? Math.min(LIMIT, Math.max(-LIMIT, value + step)) : value));
        expect(planCost(state, moved)).toBeGreaterThanOrEqual(cost);
      }
    }
    for (let i = 0; i < 60; i++) state = advance(state, solve(state).inputs.slice(0, INPUTS));
    expect(Math.hypot(...state)).toBeLessThan(1e-2);
  });

  test('the network does nearly as well, and answers faster', async () => {
    const result = await controller({ ...quiet, samples: 1000, epochs: 40 });
    expect(result.saturated).toBeGreaterThan(0.1);
    expect(result.inputError).toBeLessThan(0.15);
    expect(result.networkCost).toBeLessThan(1.05 * result.mpcCost);
    expect(result.networkCost).toBeGreaterThan(0.999 * result.mpcCost);
    expect(result.networkSeconds).toBeGreaterThan(0);
    expectFigure(result.figure);
  });
});

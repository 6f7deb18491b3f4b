// A shortened run of the attitude example, and the rotations it judges with.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../examples/attitude.js';
import { angleBetween, matrixOf, turned } from '../../examples/support/rotations.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a rotation output learns attitudes better than a quaternion, and not better than least squares', async () => {
  const { errors, leastSquares, figure } = await run({ epochs: 8, samples: 4000, folder, log: () => undefined });
  const { quaternion, 'SO(3)': rotation, 'nine numbers': bare } = errors;
  expect(leastSquares.median).toBeGreaterThan(1);
  expect(leastSquares.median).toBeLessThan(2.5);
  expect(rotation!.median).toBeGreaterThan(leastSquares.median);
  expect(rotation!.median).toBeLessThan(6);
  expect(bare!.median).toBeLessThan(8);
  expect(quaternion!.median).toBeGreaterThan(rotation!.median);
  expect(quaternion!.median).toBeLessThan(30);
  const svg = readFileSync(figure, 'utf8');
  expect(svg.length).toBeLessThan(60_000);
  expect(svg).toMatch(/^<svg [^]*<\/svg>\n$/);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('rotations: a quarter turn about z, back again, and angles small and large', () => {
  const turn = (angle: number): number[] => [Math.cos(angle / 2), 0, 0, Math.sin(angle / 2)];
  const quarter = turn(Math.PI / 2);
  turned([1, 0, 0], quarter, 'forth').forEach((value, i) => expect(value).toBeCloseTo([0, 1, 0][i]!, 12));
  turned([0, 1, 0], quarter, 'back').forEach((value, i) => expect(value).toBeCloseTo([1, 0, 0][i]!, 12));
  for (const angle of [0, 1e-6, 1, Math.PI])
    expect(angleBetween(matrixOf(turn(0)), matrixOf(turn(angle)))).toBeCloseTo(angle, 7);
});

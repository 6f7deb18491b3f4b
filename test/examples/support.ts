import { expect } from 'vitest';
import type { Dataset } from 'wasmgrad/data';
import { loadModel, saveModel } from 'wasmgrad/io';
import type { Model } from 'wasmgrad/models';
import { testAccuracy } from '../../examples/support/training.js';

/** Checks that a model from its smaller files is right as often: within 0.1 points from f16, within 0.3 from int8. */
export function expectSmallFilesAsGood(model: Model, images: Dataset): void {
  const accuracy = testAccuracy(model, images);
  for (const [weights, points] of [
    ['f16', 0.1],
    ['int8', 0.3],
  ] as const) {
    using small = loadModel(saveModel(model, { weights }));
    expect(100 * Math.abs(testAccuracy(small, images) - accuracy), weights).toBeLessThanOrEqual(points);
  }
}

// Losses with and without weights against PyTorch in float64: values and gradients.
import { describe, expect, it } from 'vitest';
import * as losses from '../../src/losses/index.js';
import { valueAndGrad } from '../../src/ops/differentiation.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { expectClose } from '../support/slices.js';
import references from './references/torch.json' with { type: 'json' };

withRuntime();

const factories: Readonly<Record<string, (options: object) => losses.NamedLoss>> = {
  binaryCrossEntropy: losses.binaryCrossEntropy,
  binaryFocalCrossEntropy: losses.binaryFocalCrossEntropy,
  categoricalFocalCrossEntropy: losses.categoricalFocalCrossEntropy,
  categoricalHinge: losses.categoricalHinge,
  cosineSimilarity: losses.cosineSimilarity,
  crossEntropy: losses.crossEntropy,
  hinge: losses.hinge,
  huber: losses.huber,
  klDivergence: losses.klDivergence,
  logCosh: losses.logCosh,
  meanAbsoluteError: losses.meanAbsoluteError,
  meanSquaredError: losses.meanSquaredError,
  poisson: losses.poisson,
  squaredHinge: losses.squaredHinge,
};

describe.each(Object.entries(factories))('%s', (name, factory) => {
  const cases = references.filter(({ loss }) => loss === name);

  it('has the values and gradients of PyTorch, with weights and without', () => {
    expect(cases.length).toBeGreaterThan(4);
    for (const { options, prediction, shape, target, targetShape, indices, value, gradient, ...rest } of cases) {
      tidy(() => {
        const y = indices ? tensor(target, targetShape, 'i32') : tensor(target, targetShape);
        const weights = rest.weights ? tensor(rest.weights, rest.weightShape) : undefined;
        const loss = factory(options);
        const [own, slope] = valueAndGrad((p: Tensor) => loss(p, y, weights))(tensor(prediction, shape));
        expectClose([own.item()], [value], 2e-6);
        expectClose(slope.data(), gradient, 5e-6);
      });
    }
  });
});

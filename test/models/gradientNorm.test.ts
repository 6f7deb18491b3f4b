import { describe, expect, it } from 'vitest';
import { tensor, valueAndGrad, type Tensor } from '../../src/index.js';
import { dataset } from '../../src/data/index.js';
import { dense, l2 } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential, type BatchLog, type FitOptions, type Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { expectClose } from '../support/slices.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const x = [
  [1, 2],
  [3, -1],
  [0, 4],
  [2, 2],
];
const y = [[1], [-2], [3], [0]];
const PENALTY = 0.25;

const make = (): Model =>
  sequential({ inputShape: [2], seed: 3 }, [
    dense({ units: 3, activation: 'tanh' }),
    dense({ units: 1, kernelRegularizer: l2(PENALTY) }),
  ]);

/** The norm of the gradient on rows `begin` to `end`, by differentiating the model. */
function normOf(model: Model, begin: number, end: number): number {
  const weights = Object.fromEntries(model.weights.map(({ name, tensor: value }) => [name, value]));
  const loss = meanSquaredError();
  const [input, target] = [tensor(x.slice(begin, end)), tensor(y.slice(begin, end))];
  const [value, gradients] = valueAndGrad((own: Record<string, Tensor>) => loss(model.apply(own, input), target))(
    weights,
  );
  let sum = 0;
  for (const [name, gradient] of Object.entries(gradients)) {
    const theta = model.getWeights()[name]!;
    gradient.data().forEach((g, i) => (sum += (g + (name === 'dense_2/kernel' ? 2 * PENALTY * theta[i]! : 0)) ** 2));
    gradient.dispose();
  }
  for (const each of [value, input, target]) each.dispose();
  return Math.sqrt(sum);
}

async function logsOf(options: Partial<FitOptions>): Promise<BatchLog[]> {
  const model = make();
  const logs: BatchLog[] = [];
  await model.fit(dataset(x, y), {
    ...{ loss: meanSquaredError(), optimizer: sgd({ learningRate: 0 }), batchSize: 2, epochs: 1, shuffle: false },
    onBatchEnd: (log) => logs.push(log),
    ...options,
  });
  model.dispose();
  return logs;
}

describe.each([false, true])('the norm of the gradient in the log of a batch, worker: %s', (worker) => {
  it.each<[string, Partial<FitOptions>]>([
    ['alone', {}],
    ['before it is clipped', { optimizer: sgd({ learningRate: 0, clipNorm: 1e-3 }) }],
    ['with metrics that gather predictions', { metrics: ['r2'] }],
  ])('%s', async (_, options) => {
    const model = make();
    const expected = [normOf(model, 0, 2), normOf(model, 2, 4)];
    model.dispose();
    const logs = await logsOf({ ...options, worker });
    expectClose(
      logs.map((log) => log.gradientNorm),
      expected,
      1e-5,
    );
  });

  it('is that of the mean where gradients are accumulated', async () => {
    const model = make();
    const expected = [normOf(model, 0, 2), normOf(model, 0, 4)];
    model.dispose();
    const logs = await logsOf({ accumulate: 2, worker });
    expectClose(
      logs.map((log) => log.gradientNorm),
      expected,
      1e-5,
    );
  });

  it('changes no bit of a training', async () => {
    const train = async (options: Partial<FitOptions>): Promise<number[][]> => {
      const model = make();
      const optimizer = sgd({ learningRate: 0.05, momentum: 0.9 });
      await model.fit(dataset(x, y), { loss: meanSquaredError(), optimizer, batchSize: 2, worker, ...options });
      const weights = Object.values(model.getWeights()).map((values) => [...values]);
      model.dispose();
      return weights;
    };
    expect(await train({ onBatchEnd: () => undefined })).toEqual(await train({}));
  });
});

// What is done thousands of times leaves nothing: neither tensors nor linear memory nor objects.
import { compile, grad, hessian, jvp, mul, sin, sum, tensor, vjp, type Tensor } from '../../src/index.js';
import { adam } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { BATCH, kinds } from './support/kinds.js';
import { staysFlat } from './support/levels.js';
import { member } from './support/member.js';

withRuntime();

const all = Object.entries(kinds);

member('training steps', { short: 2_000, long: 100_000 }, async (count, tally) => {
  for (const [name, { build, loss, x, y, lengths }] of all) {
    using model = build();
    const trainer = model.trainer({ loss, optimizer: adam({ learningRate: 1e-4 }), batchSize: BATCH });
    try {
      const options = lengths && { lengths };
      await staysFlat(`steps of ${name}`, count / all.length, tally, () => trainer.step(x, y, options));
    } finally {
      trainer.dispose();
    }
  }
});

member('fits of new models', { short: 20, long: 1_000 }, async (count, tally) => {
  await staysFlat('fits', count, tally, async (i) => {
    const { build, loss, data } = all[i % all.length]?.[1] ?? kinds['dense']!;
    using model = build();
    // With a worker once in a while: it takes a hundred times as long.
    const options = { loss, optimizer: adam(), batchSize: BATCH, epochs: 2, worker: i % 25 === 7 };
    await model.fit(data, { ...options, validationSplit: 0.2, metrics: ['meanAbsoluteError'] });
    model.evaluate(data, { loss });
  });
});

member('fits of one model', { short: 20, long: 1_000 }, async (count, tally) => {
  for (const [name, { build, loss, data }] of all) {
    using model = build();
    const options = { loss, optimizer: adam({ learningRate: 1e-5 }), batchSize: BATCH };
    await staysFlat(`fits of one ${name}`, count / all.length, tally, () => model.fit(data, options));
  }
});

member('predictions', { short: 2_000, long: 100_000 }, async (count, tally) => {
  for (const [name, { build, x, lengths }] of all) {
    using model = build();
    const size = x.length / BATCH;
    await staysFlat(`predictions of ${name}`, count / all.length, tally, (i) => {
      const rows = 1 + (i % BATCH);
      const options = lengths && { lengths: lengths.slice(0, rows) };
      model.predict(x.subarray(0, rows * size), options).dispose();
    });
  }
});

member('transformations', { short: 2_000, long: 100_000 }, async (count, tally) => {
  const points = Array.from({ length: 40 }, (_, i) => tensor(Float32Array.from({ length: 1 + i }, (__, k) => k / 7)));
  const f = (x: Tensor): Tensor => sum(mul(x, sin(x)));
  const scaled = compile((x: Tensor, t: number) => mul(x, t));
  const gradient = compile(grad(f));
  const point = (i: number): Tensor => points[i % points.length]!;
  try {
    // More shapes than are kept, and a number that is new in every call.
    await staysFlat('compiled calls', count, tally, (i) => {
      scaled(point(i), i / count).dispose();
      gradient(point(i)).dispose();
    });
    await staysFlat('derivatives', count / 4, tally, (i) => {
      grad(f)(point(i)).dispose();
      hessian(f)(point(i % 4)).dispose();
      const [value, pull] = vjp(f, [point(i)]);
      value.dispose();
      pull.dispose();
      for (const one of jvp(f, [point(i)], [point(i)])) one.dispose();
    });
  } finally {
    scaled.dispose();
    gradient.dispose();
    for (const one of points) one.dispose();
  }
});

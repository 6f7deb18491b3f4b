import { expect, test } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { dense } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { live } from '../../src/plot/index.js';
import { withRuntime } from '../support/live.js';
import { checkSvg, textsOf } from './support.js';

withRuntime();

const data = dataset([[0], [1], [2], [3]], [[1], [3], [5], [7]]);

test.each([false, true])('draws while a model trains, worker: %s', async (worker) => {
  const element = { innerHTML: 'before' };
  const pictures = new Set<string>();
  using model = sequential({ inputShape: [1], seed: 1 }, [dense({ units: 1 })]);
  const options = { loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.01 }), batchSize: 2, epochs: 3, worker };
  const drawing = live(element, { title: 'a < b' });
  const callbacks = [drawing, { onEpochEnd: () => new Promise((done) => setTimeout(done, 60)).then(() => pictures.add(element.innerHTML)) }]; // prettier-ignore
  await model.fit(data, { ...options, validation: data, callbacks });
  const texts = textsOf(checkSvg(element.innerHTML.replace(/\n?$/, '\n')));
  expect(texts).toEqual(expect.arrayContaining(['a &lt; b: loss', 'training', 'validation']));
  expect(element.innerHTML).toContain('training: 3 points');
  expect(pictures.size).toBeGreaterThan(1);
  const first = element.innerHTML;
  await model.fit(data, { ...options, epochs: 1, callbacks: [drawing] });
  expect(element.innerHTML).not.toBe(first);
  expect(element.innerHTML).toContain('training: 1 point,');
});

test('during the first epoch it shows the losses of batches', () => {
  const element = { innerHTML: '' };
  const callback = live(element);
  const tell = (hook: 'onTrainBegin' | 'onBatchEnd' | 'onTrainEnd', ...log: unknown[]): void => {
    const listener: unknown = Reflect.get(callback, hook);
    if (typeof listener === 'function') Reflect.apply(listener, callback, log);
  };
  tell('onTrainBegin');
  for (let batch = 1; batch <= 5000; batch++) tell('onBatchEnd', { epoch: 1, batch, loss: 1 / batch, rows: 2 });
  tell('onTrainEnd');
  expect(textsOf(checkSvg(element.innerHTML))).toEqual(expect.arrayContaining(['batch', 'batches']));
  expect(element.innerHTML.length).toBeLessThan(20_000);
});

test('what is no element is refused', () => {
  expect(() => void Reflect.apply(live, undefined, ['#curves'])).toThrow(
    new TypeError("live: expected an element of a page, or an object with innerHTML, got '#curves'"),
  );
});

import { expect, it } from 'vitest';
import { FormatError, ShapeError } from '../../src/core/errors.js';
import { table, type TableRow } from '../../src/data/index.js';
import type { TableModel } from '../../src/io/index.js';
import { loadModel, loadPreprocessing, saveModel } from '../../src/io/index.js';
import { dense } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { loadModel as loadForPrediction } from '../../src/predict/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';
import { withConfig } from './support.js';

withRuntime();

const CITIES = ['Oslo', 'Rome', 'Bern'];
const lines = Array.from(
  { length: 60 },
  (_, i) => `${i % 7 ? 20 + i : ''},${CITIES[i % 3] ?? ''},${i > 30 ? 'yes' : 'no'}`,
);
const read = table(`age,city,won\n${lines.join('\n')}\n`, { label: 'won' });
const { preprocessing } = read;
const rows: readonly TableRow[] = [
  { age: 75, city: 'Oslo' },
  { age: null, city: 'Rome' },
  { age: '21', city: 'Paris', won: 'no' },
];
const build = () =>
  sequential({ inputShape: preprocessing.inputShape, seed: 1 }, [dense({ units: 4, activation: 'tanh' }), dense({ units: 2, activation: 'softmax' })]); // prettier-ignore

it('a loaded model predicts from rows, with the bits of the model that was trained', async () => {
  using model = build();
  await model.fit(read.dataset, { loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }), epochs: 30 });
  const bytes = saveModel(model, { preprocessing });
  using loaded = loadModel<TableModel>(bytes);
  using inputs = preprocessing.encode(rows);
  using expected = model.predict(inputs);
  using several = loaded.predict(rows);
  using plain = loaded.predict(inputs);
  expect(several.data()).toEqual(expected.data());
  expect(plain.data()).toEqual(expected.data());
  using one = loaded.predict({ age: 75, city: 'Oslo' });
  expect(one.shape).toEqual([1, 2]);
  using streamed = await loaded.predict(() => [inputs]);
  expect(streamed.data()).toEqual(expected.data());
  expect(loaded.preprocessing.decode(one)).toEqual(['yes']);
  // Saved again, it keeps its preprocessing
  using again = loadModel<TableModel>(saveModel(loaded));
  using same = again.predict(rows);
  expect(same.data()).toEqual(expected.data());
});

it('pages that only predict encode rows themselves', () => {
  using model = build();
  const bytes = saveModel(model, { preprocessing });
  using loaded = loadForPrediction(bytes, { layers: { dense } });
  const encoder = loadPreprocessing(bytes);
  using inputs = encoder?.encode(rows);
  using output = inputs && loaded.predict(inputs);
  using expected = inputs && model.predict(inputs);
  expect(output?.data()).toEqual(expected?.data());
  expect(output?.shape).toEqual([3, 2]);
  expect(loadPreprocessing(saveModel(model))).toBeUndefined();
});

it('refuses what does not belong together', () => {
  using model = build();
  using other = sequential({ inputShape: [3] }, [dense({ units: 2 })]);
  expect(() => saveModel(other, { preprocessing })).toThrow(
    new ShapeError('saveModel: expected a model of inputShape [5], got [3]'),
  );
  expect(() => saveModel(model, { preprocessing: wrong(preprocessing.toJSON()) })).toThrow(
    typed(TypeError, /^saveModel: expected preprocessing made by table\(\.\.\.\), got an object with keys version/),
  );
  using loaded = loadModel<TableModel>(saveModel(model, { preprocessing }));
  expect(() => loaded.predict({ Age: 3 })).toThrow(new TypeError("predict: expected columns age, city, got 'Age'"));
  expect(() => loaded.predict([{ age: 'old' }])).toThrow(
    new FormatError("predict: expected a number in column 'age', got 'old'"),
  );
});

it('refuses a damaged preprocessing, and leaves no memory', () => {
  using model = build();
  const bytes = saveModel(model, { preprocessing });
  const other = table('a,y\n1,x\n2,y\n', { label: 'y' }).preprocessing.toJSON();
  for (const damaged of [3, { version: 2 }, { ...preprocessing.toJSON(), columns: 1 }, other])
    expect(() => loadModel(withConfig(bytes, (config) => ({ ...config, preprocessing: damaged })))).toThrow(
      typed(FormatError, /^loadModel: /),
    );
});

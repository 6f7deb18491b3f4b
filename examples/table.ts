// A table with words, dates and gaps: the fuel that cars of 1970 to 1982 need, by a network and by a linear regression.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { init } from 'wasmgrad';
import { table, type Table, type TableRow } from 'wasmgrad/data';
import { loadModel, saveModel, type TableModel } from 'wasmgrad/io';
import { dense, l2 } from 'wasmgrad/layers';
import { meanSquaredError } from 'wasmgrad/losses';
import { linearRegression, sequential, type Model } from 'wasmgrad/models';
import { adam, cosineDecay } from 'wasmgrad/optimizers';
import { isMain, type Log } from './support/cli.js';

const LABEL = 'Miles_per_Gallon';

export interface TableResult {
  /** Mean absolute error on the test rows, in miles a gallon: of the mean of the training rows, */
  readonly mean: number;
  /** of a linear regression on the same inputs, */
  readonly linear: number;
  /** and of the network. */
  readonly network: number;
}

export interface TableExampleOptions {
  /** Default 150. */
  readonly epochs?: number;
  readonly log?: Log;
}

/** 398 cars (StatLib, Ramos and Donoho 1983) from the npm package vega-datasets. Rows without the label are left out. */
async function readCars(): Promise<Table> {
  const path = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data/cars.json');
  const cars = JSON.parse(await readFile(path, 'utf8')) as TableRow[];
  return table(
    cars.filter((car) => car[LABEL] !== null),
    { label: LABEL, scaleLabel: true },
  );
}

function build(inputs: number, epochs: number, rows: number): { model: Model; optimizer: ReturnType<typeof adam> } {
  const model = sequential({ inputShape: [inputs], seed: 2 }, [
    dense({ units: 32, activation: 'relu', kernelInitializer: 'heNormal', kernelRegularizer: l2(5e-3) }),
    dense({ units: 32, activation: 'relu', kernelInitializer: 'heNormal', kernelRegularizer: l2(5e-3) }),
    dense({ units: 1 }),
  ]);
  const steps = epochs * Math.ceil(rows / 32);
  return { model, optimizer: adam({ learningRate: cosineDecay({ initial: 5e-3, steps }) }) };
}

export async function run({ epochs = 150, log = console.log }: TableExampleOptions = {}): Promise<TableResult> {
  await init();
  const cars = await readCars();
  for (const { name, role, gaps } of cars.columns)
    log(`  ${name.padEnd(17)} ${role}${gaps > 0 ? `, ${gaps} gaps` : ''}`);
  const { train, test, preprocessing } = cars.split({ testFraction: 0.25, seed: 1 });
  log(`${train.size} rows to train on, ${test.size} to test on; inputs: ${preprocessing.inputs.join(', ')}`);
  const actual = preprocessing.decode(Array.from(test.y ?? [], (value) => [value])).map(Number);
  const errorOf = (scaled: ArrayLike<number>): number => {
    const decoded = preprocessing.decode(Array.from(scaled, (value) => [value]));
    return decoded.reduce<number>((sum, value, i) => sum + Math.abs(Number(value) - (actual[i] ?? NaN)), 0) / test.size;
  };
  const rowsOf = (x: Float32Array, width: number): number[][] =>
    Array.from({ length: x.length / width }, (_, i) => [...x.subarray(i * width, (i + 1) * width)]);
  const width = preprocessing.inputs.length;
  const line = linearRegression(rowsOf(train.x, width), Array.from(train.y ?? []), { l2: 1 });
  using fitted = line.predict(rowsOf(test.x, width));
  const { model, optimizer } = build(width, epochs, train.size);
  await model.fit(train, { loss: meanSquaredError(), optimizer, epochs, seed: 1 });
  using predicted = model.predict(test.x);
  const result = {
    mean: errorOf(new Float32Array(test.size)),
    linear: errorOf(fitted.data()),
    network: errorOf(predicted.data()),
  };
  log(
    `mean absolute error in miles a gallon: the mean ${result.mean.toFixed(2)}, linear regression ${result.linear.toFixed(2)}, network ${result.network.toFixed(2)}`,
  );
  using loaded = loadModel<TableModel>(saveModel(model, { preprocessing }));
  const car = {
    Cylinders: 4,
    Displacement: 97,
    Horsepower: null,
    Weight_in_lbs: 2130,
    Acceleration: 14.5,
    Year: '1975-01-01',
    Origin: 'Japan',
  };
  using answer = loaded.predict(car);
  log(
    `loaded again, it says of a Japanese car of 1975 whose power is not known: ${Number(loaded.preprocessing.decode(answer)[0]).toFixed(1)} miles a gallon`,
  );
  model.dispose();
  line.dispose();
  return result;
}

if (isMain(import.meta.url)) await run();

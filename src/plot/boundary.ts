import { finiteNumber, isPlain, listLike, wholeNumber } from '../core/checks.js';
import { onBehalfOf, refuse, ShapeError } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import { asFloats, flatValues, type RowData } from '../data/rows.js';
import type { Dataset } from '../data/index.js';
import type { InferenceModel } from '../models/inferenceModel.js';
import { isTensor } from '../tensors/tensor.js';
import { extentOf, type Extent } from './axis.js';
import { finiteValues, labelsOf, liveModel, partsOf, pictureOptions, sizeOptions, stringOf, type ChartOptions } from './options.js'; // prettier-ignore
import { panelOf, type Background, type Chart, type Panel } from './panel.js';
import { levelOf, LEVELS, raster, type Cell } from './raster.js';
import { indicesOf } from './roc.js';
import type { Series } from './series.js';
import { sheetOf } from './sheet.js';

export interface BoundaryOptions extends ChartOptions {
  /** Names of the classes. Default their numbers. */
  readonly labels?: ArrayLike<string | number> | undefined;
  readonly xLabel?: string | undefined;
  readonly yLabel?: string | undefined;
  /** Ends of the axes. Default: what the points need, and a little more. */
  readonly xRange?: readonly [number, number] | undefined;
  readonly yRange?: readonly [number, number] | undefined;
  /** Cells along each side, 2 to 400. Default 100. */
  readonly resolution?: number | undefined;
  /**
   * With one output: what is above it is class 1. Default 0.5 when all outputs are from 0 to 1, else 0, as for logits.
   */
  readonly threshold?: number | undefined;
}

/** Points of a plane and their classes. */
export interface PlanePoints {
  /** [n, 2] */
  readonly x: RowData;
  /** Class indices [n], or one-hot rows [n, classes] */
  readonly y: RowData;
}

const WHERE = 'boundary';
const OWN = ['labels', 'xLabel', 'yLabel', 'xRange', 'yRange', 'resolution', 'threshold', 'width', 'height'];
/** Most opaque region. */
const OPACITY = 0.5;
const MOST_MODELS = 16;

type Range = readonly [number, number];

function rangeOf(what: string, given: Range | undefined, { low, high }: Extent): Range {
  if (given !== undefined) {
    listLike(WHERE, what, given);
    const [from, to] = [0, 1].map((i) => finiteNumber(WHERE, `${what}[${i}]`, given[i], { min: -1e30, max: 1e30 }));
    if (from === undefined || to === undefined || !(from < to))
      refuse(RangeError, WHERE, `${what} to be [low, high] with low < high`, [...given]);
    return [from, to];
  }
  if (!(high >= low)) return [-1, 1];
  const room = high > low ? 0.08 * (high - low) : Math.abs(low) / 2 || 1;
  return [low - room, high + room];
}

interface Points {
  readonly x: Float32Array;
  readonly classes: readonly number[];
}

function pointsOf(data: unknown, classes: number): Points {
  const [x, y] = partsOf(WHERE, data, ['x', 'y']);
  const given = flatValues(WHERE, x);
  const [rows = 0, ...rest] = given.isFlat ? [given.values.length / 2, 2] : given.shape;
  if (rows > 0 && (!Number.isInteger(rows) || sizeOf(rest) !== 2))
    refuse(ShapeError, WHERE, 'x of shape [n, 2]', given.shape);
  finiteValues(WHERE, 'x', given.values);
  if (classes > 1) return { x: asFloats(given.values), classes: indicesOf(WHERE, y, rows, classes) };
  const { values } = flatValues(WHERE, y);
  const isSigned = Array.from(values).includes(-1);
  const labels = isSigned ? Array.from(values, (value) => (value === -1 ? 0 : value)) : y;
  return { x: asFloats(given.values), classes: indicesOf(WHERE, labels, rows, 2) };
}

/** The model's answers on a grid of cells, row by row from the top. */
function answersOn(model: InferenceModel, side: number, [left, right]: Range, [low, high]: Range): Float32Array {
  const grid = new Float32Array(2 * side * side);
  for (let i = 0; i < side * side; i++) {
    grid[2 * i] = left + (((i % side) + 0.5) / side) * (right - left);
    grid[2 * i + 1] = high - ((Math.floor(i / side) + 0.5) / side) * (high - low);
  }
  return onBehalfOf(WHERE, () => {
    const output: unknown = model.predict(grid);
    if (!isTensor(output)) refuse(TypeError, WHERE, 'a model with one output', 'several or named ones');
    using answers = output;
    return Float32Array.from(answers.data());
  });
}

/** Class and certainty of a cell; the boundary is where there is none. */
function cellsOf(answers: Float32Array, classes: number, threshold: number | undefined): (index: number) => Cell {
  if (classes > 1) {
    return (index) => {
      let best = 0;
      let total = 0;
      for (let k = 0; k < classes; k++) {
        const value = answers[index * classes + k]!;
        total += Math.max(0, value);
        if (value > answers[index * classes + best]!) best = k;
      }
      const share = answers[index * classes + best]! / total;
      // Scores that are no probabilities say which class, not how surely
      const sure = Math.abs(total - 1) < 1e-3 ? (share - 1 / classes) / (1 - 1 / classes) : 1;
      return { colour: best % 6, level: Number.isNaN(share) ? 0 : strength(sure) };
    };
  }
  const { low, high } = extentOf(answers);
  const isProbability = low >= 0 && high <= 1;
  const at = threshold ?? (isProbability ? 0.5 : 0);
  const furthest = Math.max(Math.abs(high - at), Math.abs(low - at)) || 1;
  return (index) => {
    const distance = (answers[index] ?? NaN) - at;
    const sure = Math.abs(distance) / (isProbability && threshold === undefined ? 0.5 : furthest);
    return { colour: distance > 0 ? 1 : 0, level: Number.isNaN(distance) ? 0 : strength(sure) };
  };
}

/** Four strengths are enough, and keep the text short. */
const strength = (sure: number): number => Math.max(LEVELS / 4, (LEVELS / 4) * Math.ceil(levelOf(sure) / (LEVELS / 4)));

function seriesOf({ x, classes }: Points, names: readonly string[]): Series[] {
  return names.map((name, k) => ({
    name,
    style: 'dots',
    points: classes.flatMap((label, i) => (label === k ? [[x[2 * i]!, x[2 * i + 1]!] as const] : [])),
  }));
}

/**
 * What a model makes of the plane: regions in the colour of the predicted class, the stronger the surer the model, and
 * points in the colour of their class.
 *
 * @param model of two inputs, with one output (class 1 above `threshold`) or one for each class; or several by name,
 *   which are drawn side by side
 * @param data `x` [n, 2] and `y`: class indices [n] (0 and 1, or -1 and 1, for one output) or one-hot rows; or a dataset
 * @param options `labels`: names of the classes; `xLabel`, `yLabel`, `xRange`, `yRange`; `resolution`: cells along each
 *   side, default 100; `threshold`; `title`, `width`, `height`, `theme`
 * @returns an SVG document as text
 * @throws ShapeError when the model does not have two inputs, or x and y do not fit; RangeError, TypeError,
 *   NonFiniteError, DisposedError
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * import { boundary } from 'wasmgrad/plot';
 * await init();
 * const model = sequential({ inputShape: [2], seed: 1 }, [dense({ units: 1, activation: 'sigmoid' })]);
 * const svg = boundary(model, { x: [[0, 0], [1, 1]], y: [0, 1] });
 * console.log(svg.startsWith('<svg')); // true
 * model.dispose();
 * ```
 */
export function boundary(
  model: InferenceModel | Readonly<Record<string, InferenceModel>>,
  data: PlanePoints | Dataset,
  options: BoundaryOptions = {},
): string {
  const { title, theme } = pictureOptions(WHERE, options, '', OWN);
  const settings = settingsOf(options);
  const models = modelsOf(model);
  const panels = models.map(([name, one]) => {
    const heading = [title, name].filter((part) => part !== '').join(': ') || 'Decision boundary';
    return panelFor(one, pointsOf(data, sizeOf(one.outputShape)), heading, settings, options);
  });
  return sheetOf(panels, { title: title || 'Decision boundary', theme });
}

interface Settings {
  readonly axes: Pick<Chart, 'xLabel' | 'yLabel' | 'width' | 'height'>;
  readonly side: number;
  readonly threshold: number | undefined;
}

function settingsOf(options: BoundaryOptions): Settings {
  const { xLabel = 'x1', yLabel = 'x2', resolution = 100, threshold } = options;
  if (threshold !== undefined) finiteNumber(WHERE, 'threshold', threshold);
  return {
    axes: {
      xLabel: stringOf(WHERE, 'xLabel', xLabel),
      yLabel: stringOf(WHERE, 'yLabel', yLabel),
      ...sizeOptions(WHERE, options),
    },
    side: wholeNumber(WHERE, 'resolution', resolution, { min: 2, max: 400 }),
    threshold,
  };
}

/** One model without a name, or several by name. Each has two inputs. */
function modelsOf(given: unknown): [name: string, model: InferenceModel][] {
  const pairs: [string, unknown][] = isPlain(given) ? Object.entries(given) : [['', given]];
  if (pairs.length < 1 || pairs.length > MOST_MODELS)
    refuse(RangeError, WHERE, `1 to ${MOST_MODELS} models`, pairs.length);
  return pairs.map(([name, each]) => {
    const model = liveModel(WHERE, each);
    const { inputShape, network } = model;
    if (sizeOf(inputShape) !== 2 || network.inputShapes || network.inputNames)
      refuse(ShapeError, WHERE, 'a model with inputs [2]', inputShape);
    return [name, model];
  });
}

function panelFor(
  model: InferenceModel,
  points: Points,
  title: string,
  { axes, side, threshold }: Settings,
  { labels, xRange: xGiven, yRange: yGiven }: BoundaryOptions,
): Panel {
  const classes = sizeOf(model.outputShape);
  const known = Math.max(2, classes);
  const names =
    labels === undefined ? Array.from({ length: known }, (_, k) => `class ${k}`) : labelsOf(WHERE, labels, known);
  const xRange = rangeOf('xRange', xGiven, extentOf(points.x.filter((_, i) => i % 2 === 0)));
  const yRange = rangeOf('yRange', yGiven, extentOf(points.x.filter((_, i) => i % 2 === 1)));
  const cellAt = cellsOf(answersOn(model, side, xRange, yRange), classes, threshold);
  const regions: Background = ({ left, right, top, bottom }) => {
    const place = { x: left, y: top, width: (right - left) / side, height: (bottom - top) / side };
    return [raster(side, side, (row, column) => cellAt(row * side + column), place, OPACITY)];
  };
  const series = seriesOf(points, names.slice(0, known));
  return panelOf({ ...axes, title, series, xRange, yRange, square: true }, [440, 440], regions);
}

import { knownOptions, oneOf, wholeNumber } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import type { RowData } from '../data/rows.js';
import { column, pictureOptions, sizeOptions, type ChartOptions } from './options.js';
import { panelOf, type Chart } from './panel.js';
import { checkRows, positives } from './roc.js';
import { sheetOf } from './sheet.js';

export interface CalibrationOptions extends ChartOptions {
  /** Number of bins, 1 to 1000. Default 10. */
  readonly bins?: number | undefined;
  /** Bins of equal width, or with equally many rows. Default `'uniform'`. */
  readonly strategy?: 'uniform' | 'quantile' | undefined;
}

/** A bin of predicted probabilities. */
export interface CalibrationBin {
  /** Mean of the predicted probabilities. */
  readonly predicted: number;
  /** Share of the positives. */
  readonly observed: number;
  readonly count: number;
}

/** Inner edges of the bins: quantiles are NumPy's linear ones. */
function edgesOf(probabilities: ArrayLike<number>, bins: number, strategy: 'uniform' | 'quantile'): number[] {
  const inner = Array.from({ length: bins - 1 }, (_, i) => (i + 1) / bins);
  if (strategy === 'uniform') return inner;
  const sorted = Float64Array.from(probabilities).sort();
  return inner.map((share) => {
    const at = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
    return low + (high - low) * (at - Math.floor(at));
  });
}

function binsOf(
  where: string,
  given: RowData,
  labels: RowData,
  { bins = 10, strategy = 'uniform' }: Pick<CalibrationOptions, 'bins' | 'strategy'>,
): CalibrationBin[] {
  wholeNumber(where, 'bins', bins, { min: 1, max: 1000 });
  oneOf(where, 'strategy', strategy, ['uniform', 'quantile']);
  const probabilities = column(where, 'probabilities', given);
  for (let i = 0; i < probabilities.length; i++)
    if (!(probabilities[i]! >= 0 && probabilities[i]! <= 1))
      refuse(RangeError, where, 'probabilities from 0 to 1', `${probabilities[i]} at position ${i}`);
  const isPositive = positives(where, labels);
  checkRows(where, probabilities.length, isPositive.length);
  const edges = edgesOf(probabilities, bins, strategy);
  const sums = Array.from({ length: bins }, () => ({ predicted: 0, observed: 0, count: 0 }));
  for (let i = 0; i < probabilities.length; i++) {
    const first = edges.findIndex((edge) => probabilities[i]! <= edge);
    const bin = sums[first < 0 ? bins - 1 : first]!;
    bin.predicted += probabilities[i]!;
    bin.observed += Number(isPositive[i]);
    bin.count++;
  }
  return sums
    .filter((bin) => bin.count > 0)
    .map((bin) => ({ ...bin, predicted: bin.predicted / bin.count, observed: bin.observed / bin.count }));
}

/**
 * Predicted probabilities in bins, beside the shares of positives. An empty bin is left out.
 *
 * @param probabilities [n], from 0 to 1
 * @param labels [n], 0 or 1
 * @param options `bins`, default 10; `strategy`: `'uniform'` (default) or `'quantile'`
 * @throws RangeError, ShapeError, NonFiniteError, TypeError
 * @example
 * ```ts
 * import { calibrationBins } from 'wasmgrad/plot';
 * const bins = calibrationBins([0.25, 0.25, 0.75, 1], [0, 1, 1, 1], { bins: 2 });
 * console.log(bins[0]); // { predicted: 0.25, observed: 0.5, count: 2 }
 * ```
 */
export function calibrationBins(
  probabilities: RowData,
  labels: RowData,
  options: Pick<CalibrationOptions, 'bins' | 'strategy'> = {},
): CalibrationBin[] {
  const where = 'calibrationBins';
  knownOptions(where, options, ['bins', 'strategy']);
  return binsOf(where, probabilities, labels, options);
}

/**
 * A reliability diagram: how often what was predicted with a probability is true, and below how many rows were
 * predicted with it. The expected calibration error (ECE) is the mean distance from the diagonal, weighted by rows.
 *
 * @param probabilities [n], from 0 to 1
 * @param labels [n], 0 or 1
 * @param options `bins`, default 10; `strategy`: `'uniform'` (default) or `'quantile'`; `title`, `width`, `height`, `theme`
 * @returns an SVG document as text; `calibrationBins` gives the numbers
 * @throws RangeError, ShapeError, NonFiniteError, TypeError
 * @example
 * ```ts
 * import { calibration } from 'wasmgrad/plot';
 * console.log(calibration([0.25, 0.25, 0.75, 1], [0, 1, 1, 1]).includes('ECE')); // true
 * ```
 */
export function calibration(probabilities: RowData, labels: RowData, options: CalibrationOptions = {}): string {
  const where = 'calibration';
  const { title, theme } = pictureOptions(where, options, 'Calibration', ['bins', 'strategy', 'width', 'height']);
  const size = sizeOptions(where, options);
  const bins = binsOf(where, probabilities, labels, options);
  const rows = bins.reduce((sum, bin) => sum + bin.count, 0);
  const distance = bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.predicted - bin.observed), 0);
  const name = rows > 0 ? `ECE ${(distance / rows).toFixed(4)}` : 'no data';
  const common = { xLabel: 'predicted probability', xRange: [0, 1] as const, ...size };
  const curve: Chart = {
    ...common,
    title,
    yLabel: 'share of positives',
    yRange: [0, 1],
    series: [
      { name: 'ideal', style: 'guide', points: [[0, 0], [1, 1]] }, // prettier-ignore
      { name, points: bins.map(({ predicted, observed }) => [predicted, observed]) },
    ],
  };
  const { bins: among = 10, strategy = 'uniform' } = options;
  const middle = (at: number): number => (Math.max(0, Math.ceil(at * among) - 1) + 0.5) / among;
  const counts: Chart = {
    ...common,
    title: 'Rows',
    yLabel: 'rows',
    series: [{ name: '', style: 'bars', points: bins.map(({ predicted, count }) => [strategy === 'uniform' ? middle(predicted) : predicted, count]) }], // prettier-ignore
  };
  return sheetOf([curve, counts].map((chart) => panelOf(chart, [480, 360])), { title, theme }); // prettier-ignore
}

// Where values fall on an axis, linear or logarithmic, and its ticks.
import { log } from '../core/deterministic.js';
import { exponentOf, linearLabels, logLabels, powerOfTen } from './numbers.js';

/** `'auto'`: logarithmic when all values are positive and span two decades or more. */
export type Scale = 'linear' | 'log' | 'auto';

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Axis {
  readonly ticks: readonly Tick[];
  /** NaN for what has no place on the axis. */
  readonly toPixel: (value: number) => number;
  readonly isLog: boolean;
}

/** Smallest and largest of the finite values, of the positive ones, and whether all are whole. */
export interface Extent {
  readonly low: number;
  readonly high: number;
  readonly lowPositive: number;
  readonly whole: boolean;
}

/** Sums and differences of numbers up to here stay finite. */
const LARGEST = 1e300;
/** Pixels farther away than this are all the same. */
const FAR = 1e6;

const clamp = (value: number, limit: number): number => Math.max(-limit, Math.min(limit, value));

export function extentOf(values: Iterable<number>): Extent {
  let [low, high, lowPositive, whole] = [Infinity, -Infinity, Infinity, true];
  for (const given of values) {
    if (!Number.isFinite(given)) continue;
    const value = clamp(given, LARGEST);
    if (value < low) low = value;
    if (value > high) high = value;
    if (value > 0 && value < lowPositive) lowPositive = Math.max(value, 1 / LARGEST);
    if (!Number.isInteger(value)) whole = false;
  }
  return { low, high, lowPositive, whole };
}

/** Round numbers that cover a range, about `about` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks(low: number, high: number, about = 6, least = 0): number[] {
  const span = high > low ? high - low : Math.abs(low) || 1;
  const rough = Math.max(span / about, least, 1 / LARGEST);
  const exponent = exponentOf(rough);
  const power = powerOfTen(exponent);
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  if (last - first > 3 * about) return [low, high]; // the values are too large for such small steps
  const found = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return found.some((value, i) => i > 0 && !(value > found[i - 1]!)) ? [low, high] : found;
}

const log10 = (value: number): number => log(value) / Math.LN10;

/** Powers of ten, also 2 and 5 times them when there are few, or equal steps when there is less than one. */
function logTicks(low: number, high: number): number[] {
  const [from, to] = [log10(low), log10(high)];
  if (to - from < 0.7) return ticks(low, high).filter((value) => value > 0);
  const factors = to - from < 3 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil((to - from) / 9));
  const found: number[] = [];
  for (let power = Math.floor(from); power <= Math.ceil(to); power++)
    if (power % every === 0) for (const factor of factors) found.push(Number(`${factor}e${power}`));
  return found;
}

export interface AxisOptions {
  readonly scale: Scale;
  /** Given ends. */
  readonly range?: readonly [number, number] | undefined;
  /** Whether a linear axis ends where the values end, not at round numbers. */
  readonly exact?: boolean;
  /** Whether zero belongs to it, as for bars. */
  readonly zero?: boolean;
  /** About how many ticks. */
  readonly about?: number;
}

/** Both ends of the axis in values. One value alone gets some room on both sides. */
function endsOf(extent: Extent, isLog: boolean, { range, zero = false }: AxisOptions): [number, number] {
  if (range) return [clamp(range[0], LARGEST), clamp(range[1], LARGEST)];
  const { low, high, lowPositive, whole } = extent;
  if (!(high >= low)) return [0, 1];
  if (isLog) return high > lowPositive ? [lowPositive, high] : [lowPositive / 10, lowPositive * 10];
  const [from, to] = zero ? [Math.min(0, low), Math.max(0, high)] : [low, high];
  if (to > from) return [from, to];
  const room = whole && Math.abs(from) < 1e6 ? 1 : Math.abs(from) / 2 || 1;
  return [from - room, to + room];
}

/** Whether an axis of these values is logarithmic. */
function isLogarithmic({ low, high, lowPositive }: Extent, { scale, range }: AxisOptions): boolean {
  if (scale === 'linear') return false;
  if (range && range[0] <= 0) return false;
  if (scale === 'log') return lowPositive < Infinity;
  return low > 0 && high >= 100 * low;
}

/** The axis of these values between two pixels. */
export function axisOf(extent: Extent, [from, to]: readonly [number, number], options: AxisOptions): Axis {
  const isLog = isLogarithmic(extent, options);
  const project = (value: number): number => (isLog ? (value > 0 ? log10(value) : NaN) : clamp(value, LARGEST));
  let [low, high] = endsOf(extent, isLog, options);
  const { range, exact = false, about = 6 } = options;
  const candidates = isLog ? logTicks(low, high) : ticks(low, high, about, exact && extent.whole ? 1 : 0);
  if (!range && !exact && !isLog) [low, high] = [candidates[0] ?? low, candidates.at(-1) ?? high];
  const [start, end] = [project(low), project(high)];
  const slack = (end - start) * 1e-9;
  const toPixel = (value: number): number =>
    from + clamp(((project(value) - start) / (end - start || 1)) * (to - from), FAR);
  const shown = candidates.filter((value) => project(value) >= start - slack && project(value) <= end + slack);
  const labels = isLog ? logLabels(shown) : linearLabels(shown);
  return { ticks: shown.map((value, i) => ({ at: toPixel(value), label: labels[i] ?? '' })), toPixel, isLog };
}

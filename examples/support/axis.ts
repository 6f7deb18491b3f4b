// Where values fall on an axis, linear or logarithmic, and its ticks.

export type ScaleName = 'linear' | 'log';

export interface Axis {
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** NaN for what has no place on the axis. */
  readonly toPixel: (value: number) => number;
}

export interface AxisOptions {
  readonly range: readonly [number, number] | undefined;
  /** Whether a linear axis ends where the values end, not at round numbers. */
  readonly exact?: boolean;
}

/** Round numbers that cover a range, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks(low: number, high: number, count = 6): number[] {
  const span = high > low ? high - low : Math.abs(low) || 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function extent(values: readonly number[]): [number, number] {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length === 0) return [0, 1];
  return finite.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
}

/** Powers of ten, and 2 and 5 times them when there are few, that lie in a range of logarithms. */
function logTicks([low, high]: readonly [number, number]): number[] {
  const factors = high - low < 2 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.round((high - low) / 8));
  const found: number[] = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    if (power % every === 0) for (const factor of factors) found.push(Number(`${factor}e${power}`));
  }
  return found;
}

/** The axis of these values between two pixels. */
export function axisOf(
  values: readonly number[],
  scale: ScaleName,
  [from, to]: readonly [number, number],
  { range, exact = false }: AxisOptions,
): Axis {
  const isLog = scale === 'log';
  const project = (value: number): number => (isLog ? (value > 0 ? Math.log10(value) : NaN) : value);
  const ends = (range ?? extent(values.filter((value) => !isLog || value > 0))).map(project) as [number, number];
  const candidates = isLog ? logTicks(ends) : ticks(...ends);
  if (!range && !exact && !isLog) [ends[0], ends[1]] = [candidates[0] ?? 0, candidates.at(-1) ?? 1];
  const toPixel = (value: number): number =>
    from + ((project(value) - ends[0]) / (ends[1] - ends[0] || 1)) * (to - from);
  const inside = (value: number): boolean => project(value) >= ends[0] - 1e-9 && project(value) <= ends[1] + 1e-9;
  return { ticks: candidates.filter(inside).map((value) => ({ at: toPixel(value), label: String(value) })), toPixel };
}

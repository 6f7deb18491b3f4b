// Numbers as text, the same on every engine: `toLocaleString` and `Math.log10` are not.

/** The power of ten of the first digit: 3 for 2048, -2 for 0.05. */
export function exponentOf(value: number): number {
  return Number(value.toExponential().split('e')[1]);
}

/** 10^exponent, rounded once. */
export function powerOfTen(exponent: number): number {
  return Number(`1e${exponent}`);
}

/** `-1234567.25` as `-1,234,567.25`. */
function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

/** `-12` as `⁻¹²`. */
function superscript(exponent: number): string {
  return String(exponent).replace(/[-\d]/g, (digit) => (digit === '-' ? '⁻' : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '')));
}

/** A number with at most four digits that count, for legends and descriptions. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(4));
  const size = Math.abs(rounded);
  if (rounded === 0 || (size >= 1e-4 && size < 1e7)) return grouped(String(rounded));
  return scientific(rounded);
}

/** `2×10⁻⁵`, `10³`. */
function scientific(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits === '1' ? '' : `${digits}×`}10${superscript(Number(exponent))}`;
}

/** A count with separators. */
export function count(value: number): string {
  return grouped(String(value));
}

/** Labels in one style for ticks of equal steps. */
export function linearLabels(ticks: readonly number[]): string[] {
  const step = ticks.length > 1 ? Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0)) : 0;
  const most = Math.max(...ticks.map(Math.abs), 0);
  const finest = exponentOf(step || most || 1);
  const exponent = most > 0 ? exponentOf(most) : 0;
  const decimals = exponent - finest;
  const isFar = exponent >= 7 || exponent < -4;
  if (!isFar || decimals > 4) return ticks.map((value) => grouped(plain(value, Math.min(20, Math.max(0, -finest)))));
  const unit = powerOfTen(exponent);
  return ticks.map((value) => (value === 0 ? '0' : `${(value / unit).toFixed(decimals)}×10${superscript(exponent)}`));
}

/** With so many decimals, and without a sign before zero. */
function plain(value: number, decimals: number): string {
  const digits = value.toFixed(decimals);
  return Number(digits) === 0 ? digits.replace('-', '') : digits;
}

/** Labels in one style for the ticks of a logarithmic axis. */
export function logLabels(ticks: readonly number[]): string[] {
  const isNear = ticks.every((value) => value >= 1e-3 && value < 1e7);
  if (isNear) return ticks.map((value) => grouped(String(value)));
  return ticks.map(scientific);
}

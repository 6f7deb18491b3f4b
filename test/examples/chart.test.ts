import { describe, expect, test } from 'vitest';
import { chartSvg, ticks, type Chart } from '../../examples/support/chart.js';

describe('ticks', () => {
  test.each([
    [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0.03, 0.29, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]],
    [1, 8, [0, 2, 4, 6, 8]],
    [-3, 7, [-4, -2, 0, 2, 4, 6, 8]],
    [5, 5, [5, 6]],
    [0, 0, [0, 0.2]],
    [91.2, 97.9, [90, 92, 94, 96, 98]],
  ])('from %d to %d', (low, high, expected) => {
    expect(ticks(low, high)).toEqual(expected);
  });
});

describe('chart', () => {
  const chart = (over: Partial<Chart> = {}): Chart => ({
    title: 'Loss & <rate>',
    xLabel: 'epoch',
    yLabel: 'loss',
    series: [
      { name: 'train', points: [[1, 1], [2, 0.5], [3, 0.25]] }, // prettier-ignore
      { name: 'test', points: [[1, 0.9], [2, NaN], [3, 0.4]] }, // prettier-ignore
    ],
    ...over,
  });

  /** The corners of the n-th polyline. */
  const corners = (svg: string, n: number): number[][] =>
    [...svg.matchAll(/<polyline[^>]* points="([^"]*)"/g)][n]![1]!.split(' ').map((pair) => pair.split(',').map(Number));

  test('is well-formed, escaped and without NaN', () => {
    const svg = chartSvg([chart(), chart({ series: [] })]);
    expect(svg).toContain('Loss &#38; &#60;rate&#62;');
    expect(svg).not.toContain('NaN');
    expect(svg).toMatch(/prefers-color-scheme: dark/);
    const opened = svg.match(/<(?![/?])[a-zA-Z]+(?=[^>]*[^/]>)/g)?.length;
    expect(svg.match(/<\/[a-zA-Z]+>/g)).toHaveLength(opened ?? 0);
  });

  test('the curve falls where the values fall, and keeps inside the plot', () => {
    const [train, test_] = [corners(chartSvg([chart()]), 0), corners(chartSvg([chart()]), 1)];
    expect(train).toHaveLength(3);
    expect(test_).toHaveLength(2); // without the NaN
    const ys = train.map(([, y]) => y!);
    expect(ys[0]! < ys[1]! && ys[1]! < ys[2]!).toBe(true); // pixels count downwards
    expect(ys[1]! - ys[0]!).toBeCloseTo(2 * (ys[2]! - ys[1]!), 0);
    expect(train.map(([x]) => x)).toEqual([64, 284, 504]);
    expect(train[0]![0]).toBe(test_[0]![0]);
  });

  test('a single point, a flat curve, a given range', () => {
    const single = chartSvg([chart({ series: [{ name: 'one', points: [[1, 5]] }] })]);
    expect(single).not.toMatch(/NaN|Infinity/);
    expect(single).toContain('<circle');
    const ranged = chartSvg([chart({ yRange: [0, 2] })]);
    expect(corners(ranged, 0)[0]![1]).toBeCloseTo((64 + 312) / 2, 0);
  });

  test('a logarithmic axis: equal ratios are equal distances, what is not positive is left out', () => {
    const points = [[1, 1], [10, 1e-2], [100, 1e-4], [1000, 0]] as const; // prettier-ignore
    const drawn = chartSvg([chart({ xScale: 'log', yScale: 'log', series: [{ name: 'error', points }] })]);
    const found = corners(drawn, 0);
    expect(found).toHaveLength(3);
    expect(found[1]![0]! - found[0]![0]!).toBeCloseTo(found[2]![0]! - found[1]![0]!, 0);
    expect(found[1]![1]! - found[0]![1]!).toBeCloseTo(found[2]![1]! - found[1]![1]!, 0);
    expect(drawn).toContain('>0.01</text>');
  });

  test('dots without a line, guides without a place in the legend', () => {
    const drawn = chartSvg([
      chart({
        series: [
          { name: 'samples', style: 'dots', points: [[0, 0], [1, 1]] }, // prettier-ignore
          { name: 'contour', style: 'guide', points: [[0, 1], [1, 0]] }, // prettier-ignore
        ],
      }),
    ]);
    expect(drawn.match(/<circle/g)).toHaveLength(3);
    expect(drawn.match(/<polyline class="guide"/g)).toHaveLength(1);
    expect(drawn).not.toContain('contour');
  });
});

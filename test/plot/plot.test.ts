import { describe, expect, test } from 'vitest';
import { plot, type Chart, type Series } from '../../src/plot/index.js';
import { ticks } from '../../src/plot/axis.js';
import { checkSvg, textsOf } from './support.js';

describe('ticks', () => {
  test.each([
    [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0.03, 0.29, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]],
    [1, 8, [0, 2, 4, 6, 8]],
    [-3, 7, [-4, -2, 0, 2, 4, 6, 8]],
    [5, 5, [5, 6]],
    [0, 0, [0, 0.2]],
    [91.2, 97.9, [90, 92, 94, 96, 98]],
    [1e16, 1e16 + 2, [1e16, 1e16 + 2]],
  ])('from %d to %d', (low, high, expected) => {
    expect(ticks(low, high)).toEqual(expected);
  });
});

const chart = (over: Partial<Chart> = {}): Chart => ({
  title: 'Loss & <rate>',
  xLabel: 'epoch',
  yLabel: 'loss',
  series: [
    { name: 'train', points: [[1, 1], [2, 0.5], [3, 0.25]] }, // prettier-ignore
    { name: '"test"', points: [[1, 0.9], [2, 0.8], [3, 0.4]] }, // prettier-ignore
  ],
  ...over,
});
const withSeries = (...series: readonly Series[]): Chart => chart({ series });

/** The corners of every line, in the order of drawing, without those of the legend. */
function lines(svg: string): number[][][] {
  const drawn = [...svg.matchAll(/<polyline[^>]* points="([^"]*)"/g)].map(([, points = '']) => points);
  const corners = drawn.map((points) => points.split(' ').map((pair) => pair.split(',').map(Number)));
  return corners.filter((line) => !(line.length === 2 && line[1]![0]! - line[0]![0]! === 22));
}

describe('plot', () => {
  test('is well-formed, escaped, and tells what it shows', () => {
    const svg = checkSvg(plot([chart(), chart({ series: [] })]));
    expect(svg).toContain('Loss &amp; &lt;rate&gt;');
    expect(svg).toContain('&quot;test&quot;');
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="Loss &amp; &lt;rate&gt;, /);
    expect(svg).toMatch(/<title>.+<\/title>\n<desc>.*train: 3 points, from 0.25 to 1, the last 0.25\..*<\/desc>/);
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
    expect(textsOf(svg)).toContain('no data');
  });

  test('control characters and halves of characters become valid text', () => {
    expect(textsOf(checkSvg(plot(chart({ title: 'a\u0000b\nc \ud800' }))))).toContain('a\ufffdb c \ufffd');
  });

  test('a theme is light or dark for every reader', () => {
    const [light, dark] = [plot(chart(), { theme: 'light' }), plot(chart(), { theme: 'dark' })];
    expect(light).not.toContain('@media');
    expect(dark).not.toContain('@media');
    expect(light).toContain('#ffffff');
    expect(dark).not.toContain('#ffffff');
    expect(light.match(/class="wasmgrad-plot-light"/g)).toHaveLength(1); // what the style holds for
  });

  test('the curve falls where the values fall, from edge to edge', () => {
    const [train = []] = lines(plot(chart()));
    expect(train).toHaveLength(3);
    const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = train;
    expect(y0 < y1 && y1 < y2).toBe(true); // pixels count downwards
    expect(y1 - y0).toBeCloseTo(2 * (y2 - y1), 0);
    expect(x2 - x1).toBeCloseTo(x1 - x0, 0);
    expect(x2).toBe(620);
  });

  test('NaN interrupts a line; a point between two of them is a dot', () => {
    const points = [[0, 1], [1, 2], [2, NaN], [3, 1], [4, NaN], [5, 1], [6, 1]] as const; // prettier-ignore
    const svg = checkSvg(plot(withSeries({ name: 'a', points })));
    expect(lines(svg).map((line) => line.length)).toEqual([2, 2]);
    expect(svg.match(/h0/g)).toHaveLength(5 + 2); // dots of the line, and the one of its key with an edge
  });

  test('a line is cut at the frame, and marked where it leaves at the top or bottom', () => {
    const series = { name: 'a', points: [[0, 0], [1, 4], [2, 0], [3, -4]] } as const; // prettier-ignore
    const svg = checkSvg(plot(chart({ yRange: [-1, 2], series: [series] })));
    const ys = lines(svg).flat().map(([, y]) => y!); // prettier-ignore
    expect(Math.min(...ys)).toBe(62);
    expect(Math.max(...ys)).toBe(332);
    expect(svg.match(/class="exit"[^>]*d="([^"]*)"/)?.[1]?.match(/M/g)).toHaveLength(3);
    expect(plot(withSeries(series))).not.toContain('class="exit"');
  });

  test('a logarithmic axis: equal ratios are equal distances, what is not positive is left out', () => {
    const points = [[1, 1], [10, 1e-2], [100, 1e-4], [1000, 0]] as const; // prettier-ignore
    const svg = checkSvg(plot(chart({ xScale: 'log', yScale: 'log', series: [{ name: 'error', points }] })));
    const [found = []] = lines(svg);
    expect(found).toHaveLength(3);
    expect(found[1]![0]! - found[0]![0]!).toBeCloseTo(found[2]![0]! - found[1]![0]!, 0);
    expect(found[1]![1]! - found[0]![1]!).toBeCloseTo(found[2]![1]! - found[1]![1]!, 0);
    for (const label of ['10⁻⁴', '10⁻²', '1,000']) expect(textsOf(svg)).toContain(label);
    const auto = (highest: number): string =>
      plot(chart({ yScale: 'auto', series: [{ name: 'a', points: [[0, 1], [1, highest]] }] })); // prettier-ignore
    expect(textsOf(auto(1000))).toContain('10');
    expect(textsOf(auto(50))).toContain('20');
  });

  test('labels of an axis have one style, separators and the decimals of the step', () => {
    const labels = (low: number, high: number): string[] =>
      textsOf(plot({ title: '', series: [{ name: '', points: [[0, low], [1, high]] }] })).filter((label) => /\d/.test(label)); // prettier-ignore
    expect(labels(0, 2e6)).toEqual(expect.arrayContaining(['0', '500,000', '1,000,000', '2,000,000']));
    expect(labels(0, 3e9)).toEqual(expect.arrayContaining(['0', '1.0×10⁹', '2.5×10⁹']));
    expect(labels(0, 4e-6)).toEqual(expect.arrayContaining(['0', '1×10⁻⁶', '4×10⁻⁶']));
    expect(labels(0, 1)).toEqual(expect.arrayContaining(['0.0', '0.2', '1.0']));
  });

  test('bars begin at zero, side by side, under names', () => {
    const bars = (name: string): Series => ({ name, style: 'bars', points: [[0, 5], [1, 7]] }); // prettier-ignore
    const svg = checkSvg(plot({ title: 'by day', categories: ['Mon', 'Tue'], series: [bars('a'), bars('b')] }));
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['Mon', 'Tue', '0']));
    expect(svg.match(/<path class="c[01]" fill="currentColor" d="(M[^M"]*){2}"\/>/g)).toHaveLength(2);
  });

  test('dots have no line, guides no place in the legend; colours and dashes as told', () => {
    const points = [[0, 0], [1, 1]] as const; // prettier-ignore
    const svg = checkSvg(
      plot(
        withSeries(
          { name: 'samples', style: 'dots', points },
          { name: 'contour', style: 'guide', points },
          { name: 'fit', points, colour: 0, dashed: true },
        ),
      ),
    );
    expect(svg.match(/<g class="guide">/g)).toHaveLength(1);
    expect(textsOf(svg)).not.toContain('contour');
    expect(lines(svg)).toHaveLength(2);
    expect(svg.match(/<g class="c0"><polyline[^>]*dasharray="6 3"/g)).toHaveLength(2); // line and key
  });

  test('many names take several rows and do not meet; too many are counted', () => {
    const series = Array.from({ length: 200 }, (_, i): Series => ({ name: `series number ${i}`, points: [[i, i]] }));
    const svg = checkSvg(plot(chart({ series: series.slice(0, 14) })));
    const texts = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)">(series[^<]*)</g)].map((found) => found.slice(1));
    expect(texts).toHaveLength(14);
    expect(new Set(texts.map(([x, y]) => `${x} ${y}`)).size).toBe(14);
    expect(textsOf(plot(chart({ series })))).toContainEqual(expect.stringMatching(/^and \d+ more$/));
  });

  test.each<[string, Series['points']]>([
    ['nothing', []],
    ['one point', [[3, 7]]],
    ['only NaN', [[NaN, NaN]]],
    ['infinities', [[Infinity, 1], [0, -Infinity], [1, 2], [2, 3]]], // prettier-ignore
    ['the largest numbers', [[-1e308, 1e308], [1e308, -1e308]]], // prettier-ignore
    ['the smallest numbers', [[5e-324, 5e-324], [1e-323, 1e-323]]], // prettier-ignore
    ['one value', [[0, 5], [1, 5], [2, 5]]], // prettier-ignore
    ['large values that hardly differ', [[0, 1e9], [1, 1e9 + 1e-6]]], // prettier-ignore
    ['100,000 points', Array.from({ length: 100_000 }, (_, i) => [i, (i * 7919) % 1000] as const)],
  ])('%s, in every style and scale', (_, points) => {
    for (const style of ['line', 'dots', 'bars', 'guide'] as const)
      for (const scale of ['linear', 'log'] as const) {
        const svg = checkSvg(plot(chart({ series: [{ name: 'a', points, style }], xScale: scale, yScale: scale })));
        if (style !== 'bars') expect(svg.length).toBeLessThan(1.5e6);
      }
  });

  test('charts are laid out in rows; a size is kept', () => {
    expect(plot([chart(), chart(), chart()], { columns: 2 })).toContain('viewBox="0 0 960 720"');
    expect(plot(chart({ width: 300, height: 200 }))).toContain('viewBox="0 0 300 200"');
  });

  test('bad input is refused by name', () => {
    expect(() => plot(chart({ xRange: [1, 1] }))).toThrow(
      new RangeError('plot: expected xRange to be [low, high] with low < high, got [1, 1]'),
    );
    expect(() => plot([])).toThrow(new RangeError('plot: expected 1 to 64 charts, got 0'));
    expect(() => plot(chart(), { columns: 0 })).toThrow(
      new RangeError('plot: expected columns to be a whole number >= 1 and <= 64, got 0'),
    );
    expect(() => plot(chart({ width: 10 }))).toThrow(
      new RangeError('plot: expected width to be a finite number >= 160 and <= 4000, got 10'),
    );
    const points: unknown = [[1, 2], [3]]; // prettier-ignore
    const junk: unknown = { title: 'a', series: [{ name: 'b', points }] };
    expect(() => void Reflect.apply(plot, undefined, [junk])).toThrow(
      new TypeError("plot: expected points of 'b' to be pairs [x, y] of numbers, got [3] at position 1"),
    );
  });
});

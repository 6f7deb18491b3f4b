import { graph, tanh } from '../../../src/index.js';
import { dense } from '../../../src/layers/index.js';
import { sequential, type Model } from '../../../src/models/index.js';
import * as plot from '../../../src/plot/index.js';
import type { Callable, Row, Rows } from '../row.js';
import type { World } from '../world.js';

const history = {
  epochs: [
    { epoch: 1, loss: 2, valLoss: 3, learningRate: 0.1, seconds: 1, samplesPerSecond: 5 },
    { epoch: 2, loss: 1, valLoss: NaN, learningRate: 0.1, seconds: 1, samplesPerSecond: 5 },
  ],
  stopped: 'completed',
};

/** A model of the plane lives for one call. */
function inPlane(draw: (model: Model, ...rest: never[]) => unknown): Callable {
  return (...rest: never[]) => {
    using model = sequential({ inputShape: [2], seed: 1 }, [dense({ units: 3, activation: 'softmax' })]);
    return draw(model, ...rest);
  };
}

/** Pictures. */
export function plotRows(w: () => World): Rows {
  const row = (call: Callable, args: Row['args'], ...names: readonly string[]): Row => ({
    room: 'plot',
    call,
    args,
    ...(names.length > 0 && { names }),
  });
  const size = { title: 'a', theme: 'dark', width: 300, height: 200 };
  const searched = {
    trials: [
      { point: { a: 1, b: 'x', c: { d: 1 } }, mean: { loss: 1, accuracy: 0.5 } },
      { point: { a: 200, b: 'y', c: {} }, mean: { loss: 2, accuracy: 0.25 } },
      { point: { a: 3, b: 'y', c: {} }, mean: { loss: NaN }, error: new RangeError('too much') },
    ],
  };
  return {
    'plot/parallelCoordinates': row(plot.parallelCoordinates, () => [[searched, { ...size, monitor: 'accuracy' }]]),
    'plot/importance': row(plot.importance, () => [[searched, { ...size, monitor: 'accuracy' }]]),
    'plot/importanceValues': row(plot.importanceValues, () => [[searched, { monitor: 'accuracy' }]]),
    'plot/plot': row(plot.plot, () => [
      [
        [{ title: 'a', series: [{ name: 'b', points: [[0, 1], [2, 3]], style: 'bars', colour: 1, dashed: true }] }], // prettier-ignore
        { theme: 'light', columns: 1 },
      ],
      [
        {
          ...{ title: 'a', xLabel: 'x', yLabel: 'y', xRange: [0, 1], yRange: [0, 2], xScale: 'log', yScale: 'auto' },
          ...{ series: [], categories: ['p', 'q'], square: true, width: 300, height: 200 },
        },
      ],
    ]),
    'plot/learningCurves': row(plot.learningCurves, () => [
      [history, { yScale: 'log', ...size }],
      [{ one: history, other: history }],
    ]),
    'plot/live': row(plot.live, () => [[{ innerHTML: '' }, { yScale: 'log', ...size }]]),
    'plot/confusion': row(plot.confusion, () => [
      [[[3, 1], [0, 2]], { labels: ['a', 'b'], normalize: true, title: 'a', theme: 'auto' }], // prettier-ignore
      [w().square],
    ]),
    'plot/boundary': row(plot.boundary, () => [[w().model, { x: [[0, 1]], y: [0] }]]), // prettier-ignore
    'boundary in the plane': row(
      inPlane((model, data: never, options: never) => plot.boundary(model, data, options)),
      () => [
        [{ x: [[0, 1], [1, 0], [1, 1]], y: [0, 1, 2] }, { labels: ['a', 'b', 'c'], resolution: 5, threshold: 0.1, ...size }], // prettier-ignore
        [{ x: [[0, 1]], y: [[1, 0, 0]] }, { xLabel: 'x', yLabel: 'y', xRange: [0, 1], yRange: [0, 1], resolution: 3 }], // prettier-ignore
      ],
      'boundary',
    ),
    'plot/rocCurve': row(plot.rocCurve, () => [
      [[0.1, 0.4, 0.2], [0, 1, 1], { labels: ['a', 'b'], ...size }],
      [[[0.1, 0.4, 0.5], [0.2, 0.7, 0.1]], [[0, 1, 0], [0, 0, 1]]], // prettier-ignore
    ]),
    'plot/rocPoints': row(plot.rocPoints, () => [[[0.1, 0.4, 0.2], [-1, 1, 1]]]), // prettier-ignore
    'plot/calibration': row(plot.calibration, () => [
      [[0.1, 0.4, 0.2], [0, 1, 1], { bins: 3, strategy: 'quantile', ...size }],
    ]),
    'plot/calibrationBins': row(plot.calibrationBins, () => [
      [[0.1, 0.4, 0.2], [0, 1, 1], { bins: 3, strategy: 'uniform' }],
    ]),
    'plot/weightImages': row(plot.weightImages, () => [
      [w().model, { weight: 'dense_1/kernel', shape: [1, 3], limit: 2, title: 'a', theme: 'light' }],
    ]),
    'plot/modelGraph': row(plot.modelGraph, () => [[w().functional, { title: 'a', theme: 'dark' }]]),
    'plot/operationGraph': row(plot.operationGraph, () => [
      [graph(tanh, [w().x]), { names: ['x'], title: 'a', theme: 'dark' }],
    ]),
  };
}

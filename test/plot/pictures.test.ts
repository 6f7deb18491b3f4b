import { describe, expect, test } from 'vitest';
import { graph, mul, NonFiniteError, ShapeError, sin, tensor } from '../../src/index.js';
import { addLayers, batchNorm, conv2d, dense, flatten } from '../../src/layers/index.js';
import { connect, input, model, sequential } from '../../src/models/index.js';
import { boundary, confusion, learningCurves, modelGraph, operationGraph, weightImages } from '../../src/plot/index.js';
import { lay, ranksOf } from '../../src/plot/layout.js';
import { withRuntime } from '../support/live.js';
import { checkSvg, textsOf } from './support.js';

withRuntime();

const logs = [
  { epoch: 1, loss: 2, valLoss: 2.5, accuracy: 0.5, valAccuracy: 0.4, learningRate: 0.1 },
  { epoch: 2, loss: 0.01, valLoss: NaN, accuracy: 0.9, valAccuracy: 0.8, learningRate: 0.1 },
];

describe('learning curves', () => {
  test('a chart for the loss and each metric, the logarithm for a loss that spans decades', () => {
    const texts = textsOf(checkSvg(learningCurves({ epochs: logs }, { title: 'MNIST' })));
    for (const label of ['MNIST: loss', 'MNIST: accuracy', 'training', 'validation', '0.01', '0.1']) expect(texts).toContain(label); // prettier-ignore
    expect(texts).not.toContain('learning rate');
    expect(textsOf(learningCurves({ epochs: logs }, { names: ['train', 'test'] }))).toContain('test');
  });

  test('several trainings: a colour for each, validation dashed', () => {
    const svg = checkSvg(learningCurves({ plain: { epochs: logs }, CNN: { epochs: logs } }));
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['plain, training', 'CNN, validation']));
    expect(svg).toMatch(/<g class="c1"><polyline[^>]*stroke-dasharray/);
  });

  test('none, one epoch, and what is no history', () => {
    expect(textsOf(checkSvg(learningCurves({ epochs: [] })))).toContain('no data');
    checkSvg(learningCurves({ epochs: logs.slice(0, 1) }));
    expect(() => learningCurves({ a: { epochs: [{ loss: 1 }] } })).toThrow(
      new TypeError('learningCurves: expected epochs[0] with the number epoch, got an object with keys loss'),
    );
  });
});

describe('confusion', () => {
  test('counts, labels, shares', () => {
    const matrix = [[1200, 3], [1, 9]]; // prettier-ignore
    const texts = textsOf(checkSvg(confusion(matrix, { labels: ['<cat>', 'dog'] })));
    expect(texts).toEqual(
      expect.arrayContaining(['&lt;cat&gt;', 'dog', '1,200', '3', '1', '9', 'actual', 'predicted']),
    );
    expect(textsOf(confusion(matrix, { normalize: true }))).toContain('90%');
    expect(confusion(matrix)).toContain('1,209 of 1,213 on the diagonal. Most often confused: 0 taken for 1, 3 times.');
  });

  test('no classes, one class, many', () => {
    expect(textsOf(checkSvg(confusion([])))).toContain('no data');
    checkSvg(confusion([[5]]));
    checkSvg(confusion([[0, 0], [0, 0]])); // prettier-ignore
    const size = 300;
    const many = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, k) => Number(i === k)));
    expect(checkSvg(confusion(many)).length).toBeLessThan(100_000);
  });

  test('bad input is refused by name', () => {
    expect(() => confusion([[1, 2, 3]])).toThrow(
      new ShapeError('confusion: expected a matrix [classes, classes], got [1, 3]'),
    );
    expect(() => confusion([[-1]])).toThrow(new RangeError('confusion: expected counts >= 0, got -1 at position 0'));
    expect(() => confusion([[NaN]])).toThrow(
      new NonFiniteError('confusion: expected finite counts, got NaN at position 0'),
    );
    expect(() => confusion([[1]], { labels: ['a', 'b'] })).toThrow(
      new ShapeError('confusion: expected 1 labels, got 2'),
    );
  });
});

describe('boundary', () => {
  const half = () => sequential({ inputShape: [2] }, [dense({ units: 1, activation: 'sigmoid' })]);

  test('one output: the colour of class 1 is where the model says more than a half', () => {
    using net = half();
    net.setWeights({ 'dense_1/kernel': [[50], [0]], 'dense_1/bias': [0] });
    const svg = checkSvg(boundary(net, { x: [[-1, -1], [1, 1]], y: [0, 1] }, { resolution: 4, labels: ['no', 'yes'] })); // prettier-ignore
    expect(svg).toContain('<path class="c0" stroke-opacity="0.5" stroke="currentColor" d="M0 0h2M0 1h2M0 2h2M0 3h2"/>');
    expect(svg).toContain('<path class="c1" stroke-opacity="0.5" stroke="currentColor" d="M2 0h2M2 1h2M2 2h2M2 3h2"/>');
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['no', 'yes']));
    const signed = { x: [[-1, -1], [1, 1]], y: [-1, 1] }; // prettier-ignore
    expect(boundary(net, signed, { resolution: 4, labels: ['no', 'yes'] })).toBe(svg);
    const moved = boundary(net, signed, { resolution: 4, threshold: 2 });
    expect(moved).not.toContain('<path class="c1" stroke-opacity');
  });

  test('several classes, one-hot and indices; several models', () => {
    using net = sequential({ inputShape: [2] }, [dense({ units: 3, activation: 'softmax' })]);
    const x = Float32Array.of(0, 0, 1, 1, 2, 0);
    const svg = checkSvg(boundary(net, { x, y: [0, 1, 2] }));
    expect(boundary(net, { x, y: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] })).toBe(svg); // prettier-ignore
    expect(textsOf(checkSvg(boundary({ a: net, b: net }, { x, y: [0, 1, 2] })))).toEqual(expect.arrayContaining(['a', 'b'])); // prettier-ignore
    checkSvg(boundary(net, { x: [[1, 1]], y: [2] }));
  });

  test('bad input is refused by name', () => {
    using net = half();
    using wide = sequential({ inputShape: [3] }, [dense({ units: 1 })]);
    expect(() => boundary(wide, { x: [[1, 2]], y: [0] })).toThrow(
      new ShapeError('boundary: expected a model with inputs [2], got [3]'),
    );
    expect(() => boundary(net, { x: [[1, 2, 3]], y: [0] })).toThrow(
      new ShapeError('boundary: expected x of shape [n, 2], got [1, 3]'),
    );
    expect(() => boundary(net, { x: [[1, 2]], y: [2] })).toThrow(
      new RangeError('boundary: expected labels to be a whole number >= 0 and < 2, got 2'),
    );
  });
});

describe('graphs', () => {
  test('every box stands after its inputs, late ones just before their use', () => {
    const box = (...inputs: number[]) => ({ across: 10, inputs, late: true });
    expect(ranksOf([box(), box(0), box(1), box(), box(2, 3)])).toEqual([0, 1, 2, 2, 3]);
  });

  test('boxes of one rank do not meet, and long edges bend', () => {
    const boxes = [[], [0], [0], [0], [1, 2, 3, 0]].map((inputs) => ({ across: 50, inputs })); // prettier-ignore
    const { places, bends } = lay(boxes);
    const middle = places.slice(1, 4).map(({ across }) => across).sort((a, b) => a - b); // prettier-ignore
    expect(middle[1]! - middle[0]!).toBeGreaterThanOrEqual(50);
    expect(middle[2]! - middle[1]!).toBeGreaterThanOrEqual(50);
    expect(bends.map((each) => each.length)).toEqual([0, 0, 0, 0, 0, 0, 1]);
  });

  test('layers with shapes and parameters', () => {
    using net = sequential({ inputShape: [6, 6, 1] }, [
      conv2d({ filters: 2, kernelSize: 3, activation: 'relu' }),
      batchNorm(),
      flatten(),
      dense({ units: 10, name: 'a<b' }),
    ]);
    const texts = textsOf(checkSvg(modelGraph(net)));
    const expected = ['input', '[B, 6, 6, 1]', 'conv2d_1, relu', '20 parameters', '8 parameters, 4 fixed', 'a&lt;b (dense)', '358 parameters, 4 fixed']; // prettier-ignore
    expect(texts).toEqual(expect.arrayContaining(expected));
  });

  test('shared layers, several inputs and outputs', () => {
    const [a, b] = [input({ shape: [3] }), input({ shape: [3] })];
    const layer = dense({ units: 3 });
    const sum = connect(addLayers(), connect(layer, a), connect(layer, b));
    using net = model({ inputs: { left: a, right: b }, outputs: { sum, more: connect(dense({ units: 1 }), sum) } });
    const svg = checkSvg(modelGraph(net));
    const texts = textsOf(svg);
    expect(texts).toEqual(expect.arrayContaining(['left', 'right', 'sum', 'more', 'shared', '12 parameters']));
    expect(texts.join()).not.toMatch(/inputPart|outputRow/);
    expect(svg.match(/class="axis edge"/g)).toHaveLength(7);
  });

  test('operations', () => {
    using x = tensor([1, 2]);
    const svg = checkSvg(
      operationGraph(
        graph((a) => mul(a, sin(a)), [x]),
        { names: ['x & y'] },
      ),
    );
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['x &amp; y [2]', 'sin [2]', 'mul [2]']));
    expect(svg.match(/class="axis edge"/g)).toHaveLength(3);
  });
});

describe('weights', () => {
  test('filters, units of an image, a matrix', () => {
    using net = sequential({ inputShape: [8, 8, 1] }, [conv2d({ filters: 4, kernelSize: 3 }), flatten(), dense({ units: 5 })]); // prettier-ignore
    const tiles = (svg: string): number => svg.match(/crispEdges/g)?.length ?? 0;
    expect(tiles(checkSvg(weightImages(net)))).toBe(4);
    const svg = weightImages(net, { weight: 'dense_1/kernel', shape: [6, 24], limit: 3 });
    expect(tiles(checkSvg(svg))).toBe(3);
    expect(svg).toContain('3 of 5');
    expect(tiles(weightImages(net, { weight: 'dense_1/bias' }))).toBe(1);
    expect(() => weightImages(net, { weight: 'dense_2/kernel' })).toThrow(
      new RangeError(
        "weightImages: expected weight to be one of conv2d_1/kernel, conv2d_1/bias, dense_1/kernel, dense_1/bias, got 'dense_2/kernel'",
      ),
    );
  });

  test('signs are colours, sizes strengths', () => {
    using net = sequential({ inputShape: [1] }, [dense({ units: 3 })]);
    net.setWeights({ 'dense_1/kernel': [[-2, 0, 1]] });
    const svg = checkSvg(weightImages(net));
    expect(svg).toContain('class="c0" stroke-opacity="1" stroke="currentColor" d="M0 0h1"');
    expect(svg).toContain('class="c1" stroke-opacity="0.5" stroke="currentColor" d="M2 0h1"');
  });
});

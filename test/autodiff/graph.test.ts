import { describe, expect, it } from 'vitest';
import { grad } from '../../src/ops/differentiation.js';
import { graph } from '../../src/autodiff/graph.js';
import { currentFrame } from '../../src/autodiff/op.js';
import { mul } from '../../src/ops/mul.js';
import { sub } from '../../src/ops/sub.js';
import { sin } from '../../src/ops/trigonometry.js';
import { tensor } from '../../src/tensors/creation.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';

describe('graph', () => {
  withRuntime();

  it('lists inputs, constants and operations in order', () => {
    tidy(() => {
      const weight = tensor([2, 3]);
      const { nodes } = graph((x, y) => sin(sub(mul(x, weight), y)), [tensor([1, 2]), tensor(1)]);
      expect(nodes).toEqual([
        { id: 0, op: 'input', inputs: [], shape: [2] },
        { id: 1, op: 'input', inputs: [], shape: [] },
        { id: 2, op: 'constant', inputs: [], shape: [2] },
        { id: 3, op: 'mul', inputs: [0, 2], shape: [2] },
        { id: 4, op: 'sub', inputs: [3, 1], shape: [2] },
        { id: 5, op: 'sin', inputs: [4], shape: [2] },
      ]);
    });
  });

  it('shows a value that is used twice once', () => {
    tidy(() => {
      const { nodes } = graph(
        (x) => {
          const d = sub(x, 1);
          return mul(d, d);
        },
        [tensor(3)],
      );
      expect(nodes.map(({ op, inputs }) => [op, inputs])).toEqual([
        ['input', []],
        ['constant', []],
        ['sub', [0, 1]],
        ['mul', [2, 2]],
      ]);
    });
  });

  it('writes itself in the language of Graphviz', () => {
    tidy(() => {
      const text = graph((x) => mul(x, x), [tensor([1, 2])]).toDot();
      expect(text).toBe(
        [
          'digraph {',
          '  rankdir=LR;',
          '  n0 [label="input\\n[2]", shape=ellipse];',
          '  n1 [label="mul\\n[2]", shape=box];',
          '  n0 -> n1;',
          '  n0 -> n1;',
          '}',
          '',
        ].join('\n'),
      );
    });
  });

  it('takes the input or a captured tensor as the result', () => {
    tidy(() => {
      const captured = tensor(1);
      expect(graph((x) => x, [tensor(2)]).nodes.map(({ op }) => op)).toEqual(['input']);
      expect(graph(() => captured, [tensor(2)]).nodes.map(({ op }) => op)).toEqual(['input', 'constant']);
    });
  });

  it('shows what a gradient computes', () => {
    tidy(() => {
      const { nodes } = graph(
        grad((x) => sin(x)),
        [tensor(1)],
      );
      expect(nodes.map(({ op }) => op)).toContain('cos');
    });
  });

  it('leaves nothing behind when the function throws or returns no tensor', () => {
    const x = tensor(1);
    expect(() =>
      graph(
        (y) => {
          sin(y);
          throw new Error('on purpose');
        },
        [x],
      ),
    ).toThrow('on purpose');
    const gone = tensor(1);
    gone.dispose();
    expect(() => graph((y) => y, [gone])).toThrow('graph: expected a live tensor, got one of shape [] after dispose()');
    // @ts-expect-error a number is no tensor
    expect(() => graph(() => 1, [x])).toThrow('graph: expected the function to return a tensor, got 1');
    expect(currentFrame()).toBeUndefined();
    x.dispose();
  });
});

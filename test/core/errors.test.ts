import { describe, expect, it } from 'vitest';
import * as errors from '../../src/core/errors.js';

const { inNameOf: _, onBehalfOf: __, NonFiniteError, refuse, ShapeError, ...others } = errors;

describe('errors', () => {
  it.each([...Object.entries(others), ['ShapeError', ShapeError] as const])(
    '%s carries its name and its message',
    (name, Kind) => {
      const error = new Kind('add: expected this, got that');
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ name, message: 'add: expected this, got that' });
      expect(String(error)).toBe(`${name}: add: expected this, got that`);
    },
  );

  it('NonFiniteError says where in a training', () => {
    expect(new NonFiniteError('fit: ...', { epoch: 2, batch: 3, lastLoss: 0.5 })).toMatchObject({
      name: 'NonFiniteError',
      message: 'fit: ...',
      epoch: 2,
      batch: 3,
      lastLoss: 0.5,
    });
    expect(new NonFiniteError('dataset: ...')).toMatchObject({ epoch: undefined, batch: undefined });
  });
});

describe('refuse', () => {
  it.each([
    ['a text', 'nothing', 'nothing'],
    ['a number', 7, '7'],
    ['a shape', [2, 3], '[2, 3]'],
    ['no axes', [], '[]'],
  ])('writes %s', (_, got, text) => {
    expect(() => refuse(ShapeError, 'add', 'a pair', got)).toThrow(new ShapeError(`add: expected a pair, got ${text}`));
  });
});

import { describe, expect, it } from 'vitest';
import { leaves, mapTree, treeSignature } from '../../src/core/trees.js';

const isNumber = (value: unknown): value is number => typeof value === 'number';
const tree = { a: 1, b: [2, { c: 3 }], d: 'text', e: null, f: [] };

describe('leaves', () => {
  it('are found in the order in which they are written', () => {
    expect(leaves(tree, isNumber)).toEqual([1, 2, 3]);
    expect(leaves(7, isNumber)).toEqual([7]);
    expect(leaves('none', isNumber)).toEqual([]);
  });

  it('are not looked for in arrays of numbers', () => {
    expect(leaves({ x: Float32Array.of(1, 2) }, isNumber)).toEqual([]);
  });

  it('of a tree that holds itself: a typed error', () => {
    const round: unknown[] = [];
    round.push([round]);
    expect(() => leaves(round, isNumber, 'grad')).toThrow(
      new RangeError('grad: expected arrays and objects that end, got one that holds itself'),
    );
  });
});

describe('mapTree', () => {
  it('replaces leaves, with their numbers, and keeps the rest', () => {
    const mapped = mapTree(tree, isNumber, (leaf, i) => 10 * leaf + i);
    expect(mapped).toEqual({ a: 10, b: [21, { c: 32 }], d: 'text', e: null, f: [] });
    expect(tree.a).toBe(1);
  });

  it('takes a leaf alone', () => {
    expect(mapTree(5, isNumber, (leaf) => leaf + 1)).toBe(6);
  });
});

describe('treeSignature', () => {
  const signature = (value: unknown): string => treeSignature(value, isNumber, () => 'n');
  const f = (): void => undefined;

  it('is equal for equal structure, whatever the leaves', () => {
    expect(signature({ a: 1, b: [2] })).toBe(signature({ a: 8, b: [9] }));
    expect(signature({ a: f })).toBe(signature({ a: f }));
  });

  it('tells structures and other values apart', () => {
    const g = (): void => undefined;
    const different = [
      { a: 1 },
      { b: 1 },
      [1],
      [[1]],
      [1, 2],
      1,
      'n',
      '1',
      [],
      {},
      null,
      undefined,
      true,
      'true',
      [f],
      [g],
      [Float32Array.of(1)],
      [Float32Array.of(1)],
      { a: '1,b:n' },
      [-0n],
      ['x', 1],
      [1, 'x'],
    ];
    const signatures = different.map(signature);
    expect(new Set(signatures).size).toBe(different.length);
  });

  it('tells 0 from -0 among other values', () => {
    const never = (value: unknown): value is string => value === never;
    const of = (value: unknown): string => treeSignature(value, never, () => '');
    expect(of([0])).not.toBe(of([-0]));
    expect(of([0])).toBe(of([0]));
  });
});

import { describe, expect, it } from 'vitest';
import { Recent } from '../../src/core/recent.js';

describe('Recent', () => {
  it('drops what has not been used for longest', () => {
    const dropped: number[] = [];
    const recent = new Recent<string, number>(3, (value) => dropped.push(value));
    recent.set('a', 1);
    recent.set('b', 2);
    recent.set('c', 3);
    expect([recent.get('c'), recent.get('a'), recent.get('x')]).toEqual([3, 1, undefined]);
    recent.set('d', 4);
    expect(dropped).toEqual([2]);
    recent.set('e', 5);
    expect(dropped).toEqual([2, 3]);
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => recent.get(key))).toEqual([1, undefined, undefined, 4, 5]);
    recent.clear();
    expect(dropped).toEqual([2, 3, 1, 4, 5]);
    expect(recent.get('a')).toBeUndefined();
    recent.set('a', 6);
    expect(recent.get('a')).toBe(6);
  });
});

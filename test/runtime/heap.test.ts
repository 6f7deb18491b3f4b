import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutOfMemoryError } from '../../src/core/errors.js';
import { Heap } from '../../src/runtime/heap.js';
import { typed } from '../support/typed.js';

const PAGE = 65536;
const START = 100; // not aligned: the heap has to see to it

function heapOf(initialPages: number, maximumPages: number): Heap {
  const memory = new WebAssembly.Memory({ initial: initialPages, maximum: maximumPages });
  return new Heap(memory, START, maximumPages * PAGE);
}

interface Held {
  readonly pointer: number;
  readonly bytes: number;
  readonly mark: number;
}

/** Fails unless blocks are aligned, inside memory, apart from each other and as they were written. */
function verify(heap: Heap, held: readonly Held[]): void {
  const sorted = [...held].sort((a, b) => a.pointer - b.pointer);
  sorted.forEach(({ pointer, bytes, mark }, i) => {
    expect(pointer % 64).toBe(0);
    expect(pointer).toBeGreaterThanOrEqual(START);
    const end = sorted[i + 1]?.pointer ?? heap.reserved;
    expect(pointer + bytes + 16, 'room for one vector past the end').toBeLessThanOrEqual(end);
    const contents = heap.u8.subarray(pointer, pointer + bytes);
    expect(contents.every((byte) => byte === mark)).toBe(true);
  });
  const total = sorted.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(heap.used).toBeGreaterThanOrEqual(total);
  expect(heap.used).toBeLessThanOrEqual(total + 80 * sorted.length);
}

describe('heap', () => {
  it('hands out blocks that never overlap and survive growth, whatever the order of requests', () => {
    const request = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 300 }) },
      { weight: 2, arbitrary: fc.integer({ min: 301, max: 20_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 20_001, max: 200_000 }) },
    );
    const action = fc.record({ free: fc.boolean(), which: fc.nat(), bytes: request });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        const heap = heapOf(1, 512);
        let held: Held[] = [];
        actions.forEach(({ free, which, bytes }, step) => {
          if (free && held.length > 0) {
            const victim = held[which % held.length]!;
            heap.release(victim.pointer);
            held = held.filter((block) => block !== victim);
          } else {
            const block = { pointer: heap.allocate(bytes), bytes, mark: (step % 255) + 1 };
            heap.u8.fill(block.mark, block.pointer, block.pointer + bytes);
            held.push(block);
          }
        });
        verify(heap, held);
        for (const { pointer } of held) heap.release(pointer);
        expect(heap.used).toBe(0);
        // Everything merged again: one block takes all that was ever reserved, without growth.
        const { reserved } = heap;
        const all = reserved - 256;
        const pointer = heap.allocate(all);
        expect(pointer).toBeLessThan(256);
        expect(heap.reserved).toBe(reserved);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it('uses freed memory again', () => {
    const heap = heapOf(1, 64);
    const first = heap.allocate(1000);
    heap.allocate(10);
    heap.release(first);
    expect(heap.allocate(1000)).toBe(first);
    const { reserved } = heap;
    for (let i = 0; i < 10_000; i++) heap.release(heap.allocate(5000 + (i % 7) * 64));
    expect(heap.reserved).toBe(reserved);
  });

  it('splits a large block and merges it with both neighbours', () => {
    const heap = heapOf(4, 4);
    const blocks = Array.from({ length: 5 }, () => heap.allocate(10_000 - 16));
    const wall = heap.allocate(100_000);
    for (const i of [0, 2, 4, 1, 3]) heap.release(blocks[i]!);
    expect(heap.allocate(5 * 10_000 - 16)).toBe(blocks[0]); // five became one
    heap.release(wall);
  });

  it('keeps contents and renews its views when memory grows', () => {
    const heap = heapOf(1, 1000);
    const pointer = heap.allocate(4);
    heap.f32[pointer / 4] = 1.5;
    const before = heap.f32;
    heap.allocate(5 * PAGE);
    expect(heap.f32 === before).toBe(false);
    expect(before.length).toBe(0); // detached: whoever kept it would notice
    expect(heap.f32[pointer / 4]).toBe(1.5);
    for (const view of [heap.f32, heap.i32, heap.f64, heap.u8]) expect(view.buffer).toBe(heap.memory.buffer);
    expect(heap.reserved).toBe(heap.memory.buffer.byteLength);
  });

  it('throws OutOfMemoryError at its limit and stays usable', () => {
    const heap = heapOf(1, 16);
    const held: Held[] = [];
    const take = (bytes: number): void => {
      const block = { pointer: heap.allocate(bytes), bytes, mark: held.length + 1 };
      heap.u8.fill(block.mark, block.pointer, block.pointer + bytes);
      held.push(block);
    };
    take(300_000);
    take(300_000);
    const { used } = heap;
    for (const bytes of [600_000, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 60, 1e30]) {
      const need = ((used + bytes) / 2 ** 20).toFixed(1).slice(0, 4);
      expect(() => heap.allocate(bytes)).toThrow(
        typed(
          OutOfMemoryError,
          new RegExp(
            `^memory: expected at most 1\\.0 MiB of linear memory, got a need of ${need}.* MiB \\(0\\.6 MiB in use\\)$`,
          ),
        ),
      );
    }
    expect(heap.used).toBe(used);
    take(300_000);
    verify(heap, held);
    heap.release(held[0]!.pointer);
    heap.release(held[1]!.pointer);
    held.splice(0, 2);
    take(600_000);
    verify(heap, held);
  });

  it('can fill its memory to the last block', () => {
    const heap = heapOf(1, 8);
    let count = 0;
    expect(() => {
      for (; ; count++) heap.allocate(4096 - 16);
    }).toThrow(
      new OutOfMemoryError('memory: expected at most 0.5 MiB of linear memory, got a need of 0.5 MiB (0.5 MiB in use)'),
    );
    expect(count).toBe(127); // 128 less what lies below START
    expect(heap.used).toBe(127 * 4096);
  });

  it('refuses to release what it did not hand out', () => {
    const heap = heapOf(1, 2);
    const pointer = heap.allocate(10);
    expect(() => {
      heap.release(pointer + 64);
    }).toThrow('heap: no block at');
    heap.release(pointer);
    expect(() => {
      heap.release(pointer);
    }).toThrow('heap: no block at');
    expect(heap.used).toBe(0);
  });
});

import { OutOfMemoryError, refuse } from '../core/errors.js';

const PAGE = 65536;
const ALIGNMENT = 64;
/** Spare bytes at the end of every block: kernels may read one vector past a buffer's last element. */
const SLACK = 16;
const SUBCLASSES = 8;
/** Bytes up to which the bookkeeping for a block takes longer than what is done with it. */
const SMALL = 16384;

/** A run of bytes, linked to its neighbours in address order. */
interface Block {
  readonly start: number;
  size: number;
  /** Whether it is in a bin; `undefined` while it is handed out. */
  free: boolean | undefined;
  previous: Block | undefined;
  next: Block | undefined;
}

/** Size class. There are eight for every power of two, so that at most an eighth of a block is wasted. */
function classOf(size: number): number {
  const units = size / ALIGNMENT;
  if (units < SUBCLASSES) return units;
  const exponent = 31 - Math.clz32(units);
  const step = Math.floor(units / 2 ** (exponent - 3)) - SUBCLASSES;
  return (exponent - 2) * SUBCLASSES + step;
}

/**
 * The allocator of linear memory: two-level segregated fit. Small tensors come and go in the same few sizes, so a small
 * block that is released waits whole for the next request of its size; it is merged with its neighbours when a request
 * finds no other block. Its records are in JavaScript, so that a stray write of a kernel cannot corrupt them. `f32`, `i32`, `f64` and `u8` are the only views of
 * memory; they are renewed whenever it grows.
 */
export class Heap {
  // Views of an ArrayBuffer, or with threads of a SharedArrayBuffer, which some platform functions do not accept.
  f32: Float32Array;
  i32: Int32Array;
  f64: Float64Array;
  u8: Uint8Array;
  /** Bytes handed out. */
  used = 0;

  readonly memory: WebAssembly.Memory;
  /** Bytes that memory may grow to. */
  readonly maximum: number;
  readonly #bins: Set<Block>[] = [];
  /** Blocks released lately, by size class, the last one first. */
  #released: Block[][] = [];
  readonly #blocks = new Map<number, Block>();
  #last: Block | undefined;
  #top: number;

  /** Manages `memory` from `start` on, up to `maximum` bytes. */
  constructor(memory: WebAssembly.Memory, start: number, maximum: number) {
    this.memory = memory;
    this.maximum = maximum;
    this.#top = Math.ceil(start / ALIGNMENT) * ALIGNMENT;
    const buffer = memory.buffer;
    this.f32 = new Float32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.u8 = new Uint8Array(buffer);
  }

  /** Bytes of linear memory obtained from the engine. */
  get reserved(): number {
    return this.u8.byteLength;
  }

  /** A 64-byte aligned block of at least `bytes` bytes; throws `OutOfMemoryError`, naming `where`. */
  allocate(bytes: number, where = 'memory'): number {
    if (!(bytes >= 0)) refuse(RangeError, where, 'a size in bytes', bytes);
    const size = Math.ceil((bytes + SLACK) / ALIGNMENT) * ALIGNMENT;
    const block = this.#again(size) ?? this.#take(size) ?? this.#takeMerged(size) ?? this.#extend(size, where);
    block.free = undefined;
    this.used += block.size;
    return block.start;
  }

  /** Bytes of the block at an address that `allocate` returned. */
  sizeOf(pointer: number): number {
    return this.#used(pointer).size;
  }

  /** Returns a block to the heap. */
  release(pointer: number): void {
    const block = this.#used(pointer);
    this.used -= block.size;
    block.free = false;
    if (block.size > SMALL) this.#free(block);
    else (this.#released[classOf(block.size)] ??= []).push(block);
  }

  #used(pointer: number): Block {
    const block = this.#blocks.get(pointer);
    if (!block || block.free !== undefined) throw new Error(`heap: no block at ${pointer}`);
    return block;
  }

  /** A block of this very size that was released lately. */
  #again(size: number): Block | undefined {
    const released = this.#released[classOf(size)];
    return released?.at(-1)?.size === size ? released.pop() : undefined;
  }

  /** The first free block that fits, split when it is larger than needed. */
  #take(size: number): Block | undefined {
    for (let index = classOf(size); index < this.#bins.length; index++) {
      const bin = this.#bins[index];
      if (!bin?.size) continue; // most are empty, and an iterator for each would cost more than the search
      for (const block of bin) {
        if (block.size < size) continue;
        bin.delete(block);
        block.free = false;
        const rest = block.size - size;
        block.size = size;
        if (rest > 0) this.#append(block, block.start + size, rest);
        return block;
      }
    }
    return undefined;
  }

  /** The same after the blocks released lately have been merged with their neighbours. */
  #takeMerged(size: number): Block | undefined {
    const released = this.#released.flat();
    this.#released = [];
    for (const block of released) this.#free(block);
    return this.#take(size);
  }

  /** A block at the end of memory, with the free one that is there. */
  #extend(size: number, where: string): Block {
    const last = this.#last;
    const start = this.#top;
    const end = start + size - (last?.free ? last.size : 0);
    if (end > this.reserved) this.#grow(end, where);
    this.#top = end;
    const block = this.#append(last, start, end - start);
    this.#bin(size).delete(block);
    return block;
  }

  /** Adds a free block behind another. */
  #append(previous: Block | undefined, start: number, size: number): Block {
    const next = previous?.next;
    const block: Block = { start, size, free: false, previous, next };
    if (previous) previous.next = block;
    if (next) next.previous = block;
    else this.#last = block;
    this.#blocks.set(start, block);
    return this.#free(block);
  }

  /** Puts a block into its bin, merged with its neighbours if they are free. */
  #free(block: Block): Block {
    const { previous, next } = block;
    if (next?.free) this.#merge(block, next);
    if (previous?.free) this.#merge(previous, block);
    const whole = previous?.free ? previous : block;
    whole.free = true;
    this.#bin(whole.size).add(whole);
    return whole;
  }

  #bin(size: number): Set<Block> {
    return (this.#bins[classOf(size)] ??= new Set());
  }

  #merge(left: Block, right: Block): void {
    this.#bin(left.size).delete(left);
    this.#bin(right.size).delete(right);
    this.#blocks.delete(right.start);
    left.size += right.size;
    left.next = right.next;
    if (right.next) right.next.previous = left;
    else this.#last = left;
  }

  #grow(end: number, where: string): void {
    // A quarter more than needed, so that many small requests do not each grow memory by a page.
    const wanted = [Math.min(this.maximum, end + this.reserved / 4), end];
    for (const bytes of wanted) {
      const pages = Math.ceil((bytes - this.reserved) / PAGE);
      if (end > this.maximum) break;
      try {
        this.memory.grow(pages);
      } catch {
        continue;
      }
      this.#renewViews();
      return;
    }
    const mebibytes = (value: number): string => `${(value / 2 ** 20).toFixed(1)} MiB`;
    refuse(
      OutOfMemoryError,
      where,
      `at most ${mebibytes(this.maximum)} of linear memory`,
      `a need of ${mebibytes(end)} (${mebibytes(this.used)} in use)`,
    );
  }

  #renewViews(): void {
    const buffer = this.memory.buffer;
    this.f32 = new Float32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.u8 = new Uint8Array(buffer);
  }
}

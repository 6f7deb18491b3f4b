type Numbers = Float32Array | Int32Array;

/** Rows of at least this length are copied as a block, through a view; for shorter ones a loop is about as fast. */
const LONG_ROW = 256;

/** Whether these are the numbers 0, 1, 2, ... */
function isInOrder(order: ArrayLike<number>, begin: number, end: number): boolean {
  for (let i = begin; i < end; i++) if (order[i] !== i - begin) return false;
  return true;
}

/**
 * Copies whole rows of an array, in any order. Views of long rows are made once, at the first copy, and kept, so that
 * training steps allocate nothing. A view takes at most a tenth of the memory of its row.
 */
export class RowCopier {
  readonly #from: Numbers;
  readonly #width: number;
  #rows: readonly Numbers[] | undefined;

  /** `width`: values per row. */
  constructor(from: Numbers, width: number) {
    this.#from = from;
    this.#width = width;
  }

  /** Copies the rows `order[begin]` to `order[end - 1]` to `into[at]`, `into[at + 1]`, ... Checks nothing. */
  copy(order: ArrayLike<number>, begin: number, end: number, into: Numbers, at: number): void {
    const width = this.#width;
    const from = this.#from;
    let to = at;
    if ((end - begin) * width === from.length && isInOrder(order, begin, end)) {
      into.set(from, at);
      return;
    }
    if (width >= LONG_ROW) {
      const rows = (this.#rows ??= this.#views());
      for (let i = begin; i < end; i++, to += width) into.set(rows[order[i]!]!, to);
      return;
    }
    for (let i = begin; i < end; i++) {
      const start = order[i]! * width;
      for (let j = start; j < start + width; j++) into[to++] = from[j]!;
    }
  }

  #views(): Numbers[] {
    const width = this.#width;
    return Array.from({ length: Math.floor(this.#from.length / width) }, (_, i) =>
      this.#from.subarray(i * width, (i + 1) * width),
    );
  }
}

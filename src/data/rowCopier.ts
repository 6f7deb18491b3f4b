type Numbers = Float32Array | Int32Array;

/** From this length on a row is moved as a block, through a view of it; below, a loop is about as fast. */
const LONG_ROW = 256;

/**
 * Copies whole rows of an array, in any order. Views of long rows are made once, when the first is copied, and kept:
 * a view is a tenth of such a row at most, and nothing is made in a training step.
 */
export class RowCopier {
  readonly #from: Numbers;
  readonly #width: number;
  #rows: readonly Numbers[] | undefined;

  /** `width` values a row. */
  constructor(from: Numbers, width: number) {
    this.#from = from;
    this.#width = width;
  }

  /** Copies the rows `order[begin]` to `order[end - 1]` to `into[at]`, `into[at + 1]`, ... Checks nothing. */
  copy(order: ArrayLike<number>, begin: number, end: number, into: Numbers, at: number): void {
    const width = this.#width;
    let to = at;
    if (width >= LONG_ROW) {
      const rows = (this.#rows ??= this.#views());
      for (let i = begin; i < end; i++, to += width) into.set(rows[order[i]!]!, to);
      return;
    }
    const from = this.#from;
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

/** Row-weighted means of what an evaluator gives for each batch. */
export class RunningMean {
  #sums: number[];
  #rows = 0;

  constructor(count: number) {
    this.#sums = new Array<number>(count).fill(0);
  }

  add(values: readonly number[], rows: number): void {
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i] = (this.#sums[i] ?? 0) + rows * (values[i] ?? NaN);
    this.#rows += rows;
  }

  get values(): number[] {
    return this.#sums.map((sum) => sum / this.#rows);
  }

  /** Rows added so far. */
  get rows(): number {
    return this.#rows;
  }

  /** The sums behind the means, for a snapshot. */
  get state(): { sums: number[]; rows: number } {
    return { sums: [...this.#sums], rows: this.#rows };
  }

  /** Goes on from a snapshot. */
  restore({ sums, rows }: { readonly sums: readonly number[]; readonly rows: number }): void {
    this.#sums = [...sums];
    this.#rows = rows;
  }
}

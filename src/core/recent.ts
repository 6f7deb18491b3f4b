/** A map of the entries used last: of more than `capacity` the one not used for longest goes, after `drop` freed it. */
export class Recent<K, V> {
  readonly #capacity: number;
  readonly #drop: (value: V) => void;
  /** In the order of use. */
  readonly #entries = new Map<K, V>();

  constructor(capacity: number, drop: (value: V) => void = () => undefined) {
    this.#capacity = capacity;
    this.#drop = drop;
  }

  get(key: K): V | undefined {
    const found = this.#entries.get(key);
    if (found !== undefined) this.set(key, found);
    return found;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    this.#shrink(this.#capacity);
  }

  /** Drops everything. */
  clear(): void {
    this.#shrink(0);
  }

  #shrink(size: number): void {
    for (const [key, value] of this.#entries) {
      if (this.#entries.size <= size) return;
      this.#entries.delete(key);
      this.#drop(value);
    }
  }
}

/** A map of the entries used last: of more than `capacity` the one not used for longest goes, after `drop` freed it. */
export class Recent<K, V> {
  readonly #capacity: number;
  readonly #drop: ((value: V) => void) | undefined;
  /** In the order of use. */
  readonly #entries = new Map<K, V>();
  #last: K | undefined;

  constructor(capacity: number, drop?: (value: V) => void) {
    this.#capacity = capacity;
    this.#drop = drop;
  }

  get(key: K): V | undefined {
    const found = this.#entries.get(key);
    if (found !== undefined && key !== this.#last) this.#enter(key, found);
    return found;
  }

  set(key: K, value: V): void {
    this.#enter(key, value);
    const [oldest] = this.#entries;
    if (oldest && this.#entries.size > this.#capacity) this.#remove(...oldest);
  }

  #enter(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    this.#last = key;
  }

  #remove(key: K, value: V): void {
    this.#entries.delete(key);
    this.#drop?.(value);
  }

  /** Drops everything. */
  clear(): void {
    for (const entry of this.#entries) this.#remove(...entry);
    this.#last = undefined;
  }
}

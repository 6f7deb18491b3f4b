// Reading a source piece by piece, with its progress reported, until it ends or its reader gives it up.
import { untilAborted } from '../core/aborting.js';
import { refuse } from '../core/errors.js';
import { asBytes, type Bytes } from './bytes.js';
import { hosted } from './hosted.js';
import type { Opened } from './opened.js';
import { open } from './opening.js';
import { checkSource, showSource, type ReadOptions, type Source } from './sources.js';

/** Most bytes that are taken at once because somebody says that they will come. */
const TRUSTED_BYTES = 2 ** 28;
/** Bytes that are taken when nobody says how many will come. */
const FIRST_BYTES = 2 ** 20;

/** A source that is being read. Every error closes it; who stops before its end closes it. */
export class Feed {
  readonly #where: string;
  readonly #name: string;
  readonly #opened: Opened;
  readonly #options: ReadOptions;
  /** What has been read and not been taken. */
  #left: Uint8Array = new Uint8Array();
  #loaded = 0;

  constructor(where: string, name: string, opened: Opened, options: ReadOptions) {
    this.#where = where;
    this.#name = name;
    this.#opened = opened;
    this.#options = options;
  }

  /** Bytes in all, as far as it can be told; undefined when nobody says it, or when more have come. */
  get total(): number | undefined {
    const { total } = this.#opened;
    return total === undefined || total < this.#loaded ? undefined : total;
  }

  /** Bytes that have been taken. */
  get taken(): number {
    return this.#loaded - this.#left.length;
  }

  /**
   * The next piece of any size above 0; undefined at the end.
   *
   * @throws RangeError when the host cannot go on, or when bytes are missing at the end; the signal's reason
   */
  async next(): Promise<Uint8Array | undefined> {
    try {
      const piece = this.#left.length > 0 ? this.#left : await this.#read();
      this.#left = new Uint8Array();
      return piece;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async #read(): Promise<Uint8Array | undefined> {
    const { signal, onProgress } = this.#options;
    const { total, isExact } = this.#opened;
    const read = () => hosted(this.#where, `to read ${this.#name}`, () => this.#opened.next());
    let piece: Uint8Array | undefined;
    do piece = await untilAborted(signal, read, () => undefined);
    while (piece?.length === 0);
    this.#loaded += piece?.length ?? 0;
    if (piece) onProgress?.({ loaded: this.#loaded, total: this.total });
    else if (isExact && total !== undefined && this.#loaded < total)
      refuse(RangeError, this.#where, `${total} bytes from ${this.#name}`, `${this.#loaded}`);
    signal?.throwIfAborted();
    return piece;
  }

  /** The next `count` bytes, or fewer at the end. Memory is taken as they come, whatever is announced. @throws as `next` */
  async take(count = Infinity): Promise<Uint8Array> {
    const expected = this.total === undefined ? FIRST_BYTES : Math.min(this.total - this.taken, TRUSTED_BYTES);
    let bytes: Uint8Array = new Uint8Array();
    let length = 0;
    for (let piece; length < count && (piece = await this.next());) {
      const part = piece.subarray(0, count - length);
      this.#left = piece.subarray(part.length);
      if (length === 0) {
        bytes = part; // as it is: often it is all
      } else if (length + part.length > bytes.length) {
        const larger: Uint8Array = new Uint8Array(
          Math.min(count, Math.max(expected, 2 * length, length + part.length)),
        );
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      if (length > 0) bytes.set(part, length);
      length += part.length;
    }
    return bytes.subarray(0, length);
  }

  /** Lets go of the source. */
  close(): void {
    this.#opened.close();
  }
}

/**
 * Opens a source for reading piece by piece. The options must have been checked (`checkReadOptions`).
 *
 * @throws TypeError for what is no source; RangeError when it cannot be opened, with the host's error as its cause; the
 *   signal's reason
 */
export async function openSource(where: string, source: Source, options: ReadOptions = {}): Promise<Feed> {
  const { signal } = options;
  const name = showSource(source);
  const opening = async (): Promise<Opened> => {
    const given = await source;
    void checkSource(where, given); // a promise may give anything
    return open(where, given, signal);
  };
  const opened = await untilAborted(
    signal,
    () => hosted(where, `to read ${name}`, opening),
    (late) => late.close(),
  );
  return new Feed(where, name, opened, options);
}

/** Bytes in memory as a source that is read at once. @throws TypeError; the signal's reason */
export function takeBytes(where: string, bytes: Bytes, { signal, onProgress }: ReadOptions): Uint8Array {
  const taken = asBytes(where, bytes);
  signal?.throwIfAborted();
  onProgress?.({ loaded: taken.length, total: taken.length });
  signal?.throwIfAborted();
  return taken;
}

/** All bytes of a source, without a copy if they are in memory. @throws as `openSource` and `Feed.next` */
export async function readBytes(where: string, source: Source, options: ReadOptions = {}): Promise<Uint8Array> {
  return (await openSource(where, source, options)).take();
}

/** The bytes of a source in pieces. @throws as `openSource` and `Feed.next` */
export async function* readStream(
  where: string,
  source: Source,
  options: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const feed = await openSource(where, source, options);
  try {
    for (let piece; (piece = await feed.next());) yield piece;
  } finally {
    feed.close();
  }
}

// Opens sources, each in its way, so that they can be read in pieces.
import { refuse } from '../core/errors.js';
import { asBytes, isBytes, type Bytes } from './bytes.js';
import { readEntry, SCHEME } from './indexedDb.js';
import { openFile } from './nodeFiles.js';
import { isNode } from './nodeModules.js';
import type { Opened } from './opened.js';
import { isBlob, isReadableStream, isResponse, showSource, type GivenSource } from './sources.js';

/** What a Blob is read in. */
const PIECE_BYTES = 2 ** 22;

const ADDRESS = /^(https?|data|blob|file):/i;

function ignore(): void {
  // Nobody is interested in how letting go of a source ends.
}

function openBytes(bytes: Uint8Array): Opened {
  let left: Uint8Array | undefined = bytes;
  const next = (): Promise<Uint8Array | undefined> => {
    const piece = left;
    left = undefined;
    return Promise.resolve(piece);
  };
  return { total: bytes.length, next, close: ignore };
}

function openStream(where: string, stream: ReadableStream<Bytes>, more?: Pick<Opened, 'total' | 'isExact'>): Opened {
  const reader = stream.getReader();
  const next = async (): Promise<Uint8Array | undefined> => {
    const { done, value } = await reader.read();
    return done ? undefined : asBytes(where, value);
  };
  return { ...more, next, close: () => void reader.cancel().catch(ignore) };
}

function openIterable(where: string, iterable: AsyncIterable<Bytes>): Opened {
  const iterator = iterable[Symbol.asyncIterator]();
  const next = async (): Promise<Uint8Array | undefined> => {
    const result = await iterator.next();
    return result.done === true ? undefined : asBytes(where, result.value);
  };
  return { next, close: () => void Promise.resolve(iterator.return?.()).catch(ignore) };
}

function openBlob(blob: Blob): Opened {
  let at = 0;
  const next = async (): Promise<Uint8Array | undefined> => {
    if (at >= blob.size) return undefined;
    const piece = blob.slice(at, (at += PIECE_BYTES));
    return new Uint8Array(await piece.arrayBuffer());
  };
  return { total: blob.size, isExact: true, next, close: ignore };
}

/**
 * The length that a response announces, if it is that of its body: of a compressed body it is another, and whether one
 * from elsewhere is compressed may not be visible.
 */
function announced({ headers, type }: Response): Pick<Opened, 'total' | 'isExact'> {
  const length = headers.get('content-length');
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (length === null || !/^\d+$/.test(length) || !/^(identity)?$/i.test(encoding)) return {};
  return { total: Number(length), isExact: type !== 'cors' };
}

function openResponse(where: string, response: Response): Opened {
  const { ok, status, statusText, body, bodyUsed } = response;
  if (!ok) {
    void body?.cancel().catch(ignore);
    refuse(RangeError, where, `to read ${showSource(response)}`, `HTTP status ${status} ${statusText}`.trim());
  }
  if (bodyUsed || body?.locked) refuse(TypeError, where, 'a Response that nobody has read', 'one that has been read');
  return body ? openStream(where, body, announced(response)) : openBytes(new Uint8Array());
}

async function openString(where: string, text: string, signal: AbortSignal | undefined): Promise<Opened> {
  if (text.startsWith(SCHEME)) return openBytes(await readEntry(where, text));
  const isAddress = ADDRESS.test(text);
  if (isNode() && /^file:/i.test(text)) return openFile(where, new URL(text));
  if (isNode() && !isAddress) return openFile(where, text);
  return openResponse(where, await fetch(text, { signal: signal ?? null }));
}

/** Opens a source. The host's errors leave it as they are. */
export async function open(where: string, source: GivenSource, signal: AbortSignal | undefined): Promise<Opened> {
  if (isBytes(source)) return openBytes(asBytes(where, source));
  if (typeof source === 'string') return openString(where, source, signal);
  if (source instanceof URL) return openString(where, source.href, signal);
  if (isBlob(source)) return openBlob(source);
  if (isResponse(source)) return openResponse(where, source);
  if (isReadableStream(source)) return openStream(where, source);
  return 'getFile' in source ? openBlob(await source.getFile()) : openIterable(where, source);
}

// Where files come from.
import { show } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import { asBytes, isBytes, type Bytes } from '../../io/bytes.js';
import { checkSource, readBytes, type Source } from '../../io/places.js';

/** Bytes, or a place that `loadModel` reads, or what `fetch` gives. */
export type OnnxSource = Bytes | Source | URL | Response;

/** The bytes of a file. @throws TypeError for what is no source; RangeError when it cannot be read */
export async function bytesOf(where: string, source: OnnxSource): Promise<Uint8Array> {
  if (isBytes(source)) return asBytes(where, source);
  if (typeof Response !== 'undefined' && source instanceof Response) {
    if (!source.ok) refuse(RangeError, where, 'a response with a file', `${source.status} ${show(source.url)}`);
    return new Uint8Array(await source.arrayBuffer());
  }
  if (source instanceof URL || (typeof source === 'string' && /^https?:/i.test(source)))
    return bytesOf(where, await fetch(source));
  return readBytes(where, checkSource(where, source));
}

// Safetensors files as they arrive: the header first, then one tensor after the other.
import { FormatError, refuse } from '../core/errors.js';
import type { Feed } from './feed.js';
import {
  decodeHeader,
  elementsStart,
  LENGTH_BYTES,
  tensorOf,
  type FileTensor,
  type Header,
  type TensorFile,
} from './safetensors.js';

/** The header at the beginning of a feed, which is checked before anything it announces is read. @throws FormatError */
export async function readHeader(where: string, feed: Feed): Promise<Header> {
  const first = await feed.take(LENGTH_BYTES);
  const start = elementsStart(where, first, feed.total);
  const text = await feed.take(start - LENGTH_BYTES);
  if (feed.taken < start) elementsStart(where, first, feed.taken); // refuses
  const header = decodeHeader(where, text);
  if (feed.total !== undefined && feed.total !== start + header.size)
    refuse(FormatError, where, `${header.size} bytes of elements`, feed.total - start);
  return header;
}

/**
 * Reads a safetensors file piece by piece and hands on each tensor when its bytes have come, before which none of its
 * memory is taken. The feed is closed.
 *
 * @returns the metadata
 * @throws FormatError as `decodeTensors`; what reading throws
 */
export async function streamTensors(
  where: string,
  feed: Feed,
  put: (name: string, tensor: FileTensor) => void,
): Promise<Header['metadata']> {
  try {
    const { entries, size, metadata } = await readHeader(where, feed);
    const start = feed.taken;
    for (const entry of entries) {
      const bytes = await feed.take(entry.end - entry.begin);
      if (bytes.length < entry.end - entry.begin)
        refuse(FormatError, where, `${size} bytes of elements`, feed.taken - start);
      put(entry.name, tensorOf(entry, bytes));
    }
    if ((await feed.take(1)).length > 0) refuse(FormatError, where, `${size} bytes of elements`, 'more');
    return metadata;
  } finally {
    feed.close();
  }
}

/** The same, all tensors together. */
export async function streamTensorFile(where: string, feed: Feed): Promise<TensorFile> {
  const tensors = new Map<string, FileTensor>();
  const metadata = await streamTensors(where, feed, (name, tensor) => tensors.set(name, tensor));
  return { tensors, metadata };
}

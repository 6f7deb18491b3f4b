import { dense, dropout, l2 } from '../../src/layers/index.js';
import type { Model } from '../../src/models/index.js';
import { sequential } from '../../src/models/index.js';

/** A safetensors file from any header text, however wrong, and any elements. */
export function container(header: string, body: Uint8Array = new Uint8Array(), length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(body, 8 + text.length);
  return bytes;
}

/** What a reader of its own finds: the header as JSON and the bytes after it. */
export function takeApart(bytes: Uint8Array): { header: Record<string, unknown>; body: Uint8Array } {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  return { header: JSON.parse(text) as Record<string, unknown>, body: bytes.slice(8 + length) };
}

/** A file as it was before there were hashes: changes to it are not noticed at once. */
export function withoutHash(bytes: Uint8Array): Uint8Array {
  const { header, body } = takeApart(bytes);
  const metadata = header['__metadata__'] as Record<string, string>;
  const bare = Object.entries(metadata).map(([key, text]): [string, string] => {
    const { hash: _, ...config } = JSON.parse(text) as Record<string, unknown>;
    return [key, JSON.stringify(config)];
  });
  return container(JSON.stringify({ ...header, __metadata__: Object.fromEntries<string>(bare) }), body);
}

/** The file, without its hash, with its header, or the configuration in it, changed; the elements stay. */
export function withHeader(bytes: Uint8Array, change: (header: Record<string, unknown>) => unknown): Uint8Array {
  const { header, body } = takeApart(withoutHash(bytes));
  return container(JSON.stringify(change(header)), body);
}

export function withConfig(bytes: Uint8Array, change: (config: Record<string, unknown>) => unknown): Uint8Array {
  return withHeader(bytes, (header) => {
    const metadata = header['__metadata__'] as Record<string, string>;
    const config = JSON.parse(metadata['wasmgrad'] ?? '') as Record<string, unknown>;
    return { ...header, __metadata__: { ...metadata, wasmgrad: JSON.stringify(change(config)) } };
  });
}

/** A small model with a regulariser, a named layer and dropout. */
export function smallModel(seed = 3): Model {
  return sequential({ inputShape: [3], seed }, [
    dense({ units: 5, activation: { name: 'leakyRelu', slope: 0.1 }, kernelRegularizer: l2(1e-3), name: 'hidden' }),
    dropout({ rate: 0.25 }),
    dense({ units: 2, activation: 'softmax' }),
  ]);
}

/** The bits of all weights, by name. */
export function weightBits(model: Model): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(model.getWeights()).map(([name, values]) => [name, Array.from(new Int32Array(values.buffer))]),
  );
}

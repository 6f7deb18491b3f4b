// Files of ours: tensors, and a configuration as JSON in the metadata that carries a hash over all of it.
import { show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';
import { hashOf } from '../core/hash.js';
import { parseJson, recordOf, textOf } from './json.js';
import { dtypeOf, encodeTensors, type TensorFile } from './safetensors.js';

type Tensors = TensorFile['tensors'];

/** The entry of the configuration with the hash, as it stands in the text; for the hash itself it is empty. */
function entry(hash: string): string {
  return `"hash":"${hash}"`;
}

/** What a text and tensors, in whatever order they lie in the file, have as their hash. */
function sealOf(text: string, tensors: Tensors): string {
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const names = sorted.map(([name, tensor]) => [name, dtypeOf(tensor), tensor.shape]);
  return hashOf(JSON.stringify([text, names]), ...sorted.map(([, { data }]) => data));
}

/** The bytes of a file with a configuration under `key` and a hash in it. */
export function encodeSealed(key: string, config: object, tensors: Tensors): Uint8Array<ArrayBuffer> {
  const hash = sealOf(JSON.stringify({ hash: '', ...config }), tensors);
  return encodeTensors({ tensors, metadata: { [key]: JSON.stringify({ hash, ...config }) } });
}

/**
 * The configuration and the tensors in a file. One without a hash, from before there were any, is taken as it is.
 *
 * @param origin who writes such files, for the message
 * @param keys the configuration's entries besides `hash`
 * @throws FormatError for another file, and for one that has changed since it was written
 */
export function unsealed(
  where: string,
  { tensors, metadata }: TensorFile,
  { key, origin, keys }: { readonly key: string; readonly origin: string; readonly keys: readonly string[] },
): { config: Readonly<Record<string, unknown>>; tensors: Tensors } {
  const text = metadata[key];
  if (text === undefined)
    refuse(FormatError, where, `a file of ${origin}, with '${key}' in its metadata`, show(metadata));
  const { hash: given, ...config } = recordOf(where, parseJson(where, text), ['hash', ...keys]);
  if (given !== undefined) {
    const hash = textOf(where, given);
    const found = sealOf(text.replace(entry(hash), entry('')), tensors);
    if (found !== hash)
      refuse(FormatError, where, `contents with the hash ${show(hash)}`, `a changed file, '${found}'`);
  }
  return { config, tensors };
}

// A TensorFlow.js model in memory: its configuration, and its weights as they are read.
import { isPlain, show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { resolveBeside, type Files } from '../beside.js';
import { asBytes, isBytes, type Bytes } from '../bytes.js';
import { openSource, type Feed } from '../feed.js';
import { parseJson, recordOf } from '../json.js';
import type { StoredWeight } from '../keras/build.js';
import type { ReadOptions, Source } from '../sources.js';
import { bytesOf, decodeWeight, readManifest, readSpecs, type WeightGroup, type WeightSpec } from './manifest.js';

/** A model whose weights are already there: model.json (parsed, text or bytes) and the contents of its other files. */
export interface TfjsParts {
  readonly json: unknown;
  /** The files' bytes in order, or all in one. */
  readonly weights: Bytes | readonly Bytes[];
}

/** What TensorFlow.js gives to a save handler. */
export interface TfjsArtifacts {
  readonly modelTopology: unknown;
  readonly weightSpecs?: unknown;
  readonly weightData?: Bytes | readonly Bytes[] | undefined;
}

/** A model's parts in any of these forms. */
export type TfjsGiven = TfjsParts | TfjsArtifacts;

export function isGiven(value: unknown): value is TfjsGiven {
  return isPlain(value) && (('json' in value && 'weights' in value) || 'modelTopology' in value);
}

/** The JSON of a model. */
export function jsonOf(where: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(bytes));
  } catch (cause) {
    throw new FormatError(`${where}: expected a model.json in UTF-8, got other bytes`, { cause });
  }
  return recordOf(where, parseJson(where, text));
}

/** Files that lie one after the other, read as one. */
type NextFile = () => Promise<Feed | undefined>;

/** Takes pieces of any size out of several files that are one after the other. */
class Joined {
  readonly #next: NextFile;
  #feed: Feed | undefined;

  constructor(next: NextFile) {
    this.#next = next;
  }

  /** The next `count` bytes, or fewer at the end of the last file. */
  async take(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length < count) {
      this.#feed ??= await this.#next();
      if (!this.#feed) break;
      const part = await this.#feed.take(count - length);
      if (part.length === 0) this.#feed = undefined;
      length += part.length;
      parts.push(part);
    }
    if (parts.length === 1 && parts[0]) return parts[0];
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  close(): void {
    this.#feed?.close();
  }
}

/** Text of unknown length: each string is preceded by its number of bytes. No layer has such a weight. */
async function skipStrings(where: string, { shape, name }: WeightSpec, files: Joined): Promise<void> {
  const count = shape.reduce((product, size) => product * size, 1);
  for (let i = 0; i < count; i++) {
    const head = await files.take(4);
    if (head.length < 4) refuse(FormatError, where, `${count} strings of weight ${show(name)}`, i);
    const length = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
    const text = await files.take(length);
    if (text.length < length) refuse(FormatError, where, `${count} strings of weight ${show(name)}`, i);
  }
}

/** Reads the weights of a group, one by one. */
async function readGroup(where: string, { weights, paths }: WeightGroup, next: NextFile): Promise<StoredWeight[]> {
  const files = new Joined(next);
  try {
    const stored: StoredWeight[] = [];
    for (const spec of weights) {
      const { name, shape } = spec;
      const size = bytesOf(spec);
      if (size === undefined) {
        await skipStrings(where, spec, files);
        continue;
      }
      const bytes = await files.take(size);
      if (bytes.length < size) refuse(FormatError, where, `${size} bytes of weight ${show(name)}`, bytes.length);
      const values = decodeWeight(spec, bytes);
      stored.push({ name, shape, read: () => values });
    }
    const more = await files.take(1);
    if (more.length > 0)
      refuse(FormatError, where, `files of the ${weights.length} weights in the manifest`, `more bytes in ${paths.map(show).join(', ') || 'them'}`); // prettier-ignore
    return stored;
  } finally {
    files.close();
  }
}

/** Opens the files of a list one after the other; what they say of their progress is added up. */
function opening(
  where: string,
  sources: readonly (() => Promise<Source>)[],
  options: ReadOptions,
  before: { loaded: number },
  total: number,
): NextFile {
  // prettier-ignore
  let at = 0;
  return async () => {
    const open = sources[at++];
    if (!open) return undefined;
    const { loaded: start } = before;
    const onProgress = (loaded: number): void => {
      before.loaded = start + loaded;
      options.onProgress?.({ loaded: before.loaded, total });
    };
    return openSource(where, await open(), {
      signal: options.signal,
      onProgress: options.onProgress && (({ loaded }) => onProgress(loaded)),
    });
  };
}

/** All weights that a model.json describes, from the files beside it. */
export async function readBeside(
  where: string,
  json: Readonly<Record<string, unknown>>,
  source: Source,
  options: ReadOptions & { readonly files?: Files | undefined },
): Promise<StoredWeight[]> {
  const groups = readManifest(where, json['weightsManifest'] ?? []);
  const specs = groups.flatMap(({ weights }) => weights);
  const total = specs.reduce((sum, spec) => sum + (bytesOf(spec) ?? 0), 0);
  const before = { loaded: 0 };
  const stored: StoredWeight[] = [];
  for (const group of groups) {
    const sources = group.paths.map((path) => () => resolveBeside(where, source, path, options.files));
    stored.push(...(await readGroup(where, group, opening(where, sources, options, before, total))));
  }
  return stored;
}

/** Bytes in memory, one after the other. */
function inMemory(where: string, weights: Bytes | readonly Bytes[]): (() => Promise<Source>)[] {
  const list: unknown = weights;
  const parts: readonly unknown[] = isBytes(list) ? [list] : Array.isArray(list) ? list : refuse(TypeError, where, 'weights to be bytes or an array of bytes', show(list)); // prettier-ignore
  return parts.map((part) => {
    const bytes = asBytes(where, part);
    return () => Promise.resolve(bytes);
  });
}

/** Configuration and weights of a model whose parts are given. */
export async function readGiven(
  where: string,
  given: TfjsGiven,
): Promise<{ json: Readonly<Record<string, unknown>>; weights: StoredWeight[] }> {
  const isArtifacts = 'modelTopology' in given;
  const groups = (json: Readonly<Record<string, unknown>>): WeightGroup[] =>
    isArtifacts
      ? [{ paths: [], weights: readSpecs(where, given.weightSpecs ?? []) }]
      : readManifest(where, json['weightsManifest'] ?? []);
  const json = isArtifacts ? recordOf(where, given) : parsed(where, given.json);
  const parts = inMemory(where, isArtifacts ? (given.weightData ?? []) : given.weights);
  const [first, ...others] = groups(json);
  // The files of several groups follow one another like those of one.
  const all = { paths: [], weights: [...(first?.weights ?? []), ...others.flatMap(({ weights }) => weights)] };
  return { json, weights: await readGroup(where, all, opening(where, parts, {}, { loaded: 0 }, 0)) };
}

function parsed(where: string, json: unknown): Readonly<Record<string, unknown>> {
  if (isBytes(json)) return jsonOf(where, asBytes(where, json));
  return recordOf(where, typeof json === 'string' ? parseJson(where, json) : json);
}

// HDF5 files through jsfive, which is loaded only when there is one to read.
import { show } from '../../core/checks.js';
import { FormatError, OutOfMemoryError, refuse } from '../../core/errors.js';
import { checkShape, sizeOf, type Shape } from '../../core/shapes.js';
import { fromFile } from '../readModel.js';
import { unpackedLimit } from '../zip.js';

/** Whether bytes begin like an HDF5 file. */
export function isHdf5(bytes: Uint8Array): boolean {
  return [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => bytes[i] === byte);
}

/** Runs the reader. Whatever it throws, texts too, is due to the file. */
function reading<T>(where: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    if (cause instanceof FormatError || cause instanceof OutOfMemoryError) throw cause;
    const reason = cause instanceof Error ? cause.message : show(cause);
    throw new FormatError(`${where}: expected an HDF5 file, got a damaged or unusual one (${reason})`, { cause });
  }
}

/** A property that may be anything, of an object that may be anything. */
function property(owner: unknown, name: string): unknown {
  return typeof owner === 'object' && owner !== null ? Reflect.get(owner, name) : undefined;
}

/** Numbers in a file. */
export interface Hdf5Dataset {
  readonly shape: Shape;
  readonly read: () => Float32Array;
}

/** A group of an HDF5 file. */
export class Hdf5Group {
  readonly #where: string;
  readonly #group: unknown;
  readonly #fileBytes: number;

  constructor(where: string, group: unknown, fileBytes: number) {
    this.#where = where;
    this.#group = group;
    this.#fileBytes = fileBytes;
  }

  get keys(): readonly string[] {
    const keys = reading(this.#where, () => property(this.#group, 'keys'));
    return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
  }

  /** What stands under a path like 'dense/kernel:0'; undefined when nothing does. */
  #find(path: string): unknown {
    return reading(this.#where, () => {
      let found = this.#group;
      for (const part of path.split('/')) {
        const [keys, get] = [property(found, 'keys'), property(found, 'get')];
        if (!Array.isArray(keys) || !keys.includes(part) || typeof get !== 'function') return undefined;
        found = Reflect.apply(get, found, [part]) as unknown;
      }
      return found;
    });
  }

  group(path: string): Hdf5Group | undefined {
    const found = this.#find(path);
    const isGroup = reading(this.#where, () => Array.isArray(property(found, 'keys')) && !Array.isArray(found));
    return isGroup ? new Hdf5Group(this.#where, found, this.#fileBytes) : undefined;
  }

  /** An attribute's text; undefined when there is none. */
  text(name: string): string | undefined {
    const value = this.#attribute(name);
    const only = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
    if (only === undefined || typeof only === 'string') return only;
    refuse(FormatError, this.#where, `attribute ${show(name)} to be text`, show(only));
  }

  #attribute(name: string): unknown {
    return reading(this.#where, () => {
      const attributes = property(this.#group, 'attrs');
      return typeof attributes === 'object' && attributes !== null && Object.hasOwn(attributes, name)
        ? property(attributes, name)
        : undefined;
    });
  }

  /** An attribute's list of texts, which may be in parts, `name0`, `name1`, ...; undefined when there is none. */
  texts(name: string): string[] | undefined {
    const value = this.#attribute(name);
    if (value !== undefined) return this.#strings(name, value);
    const parts: string[] = [];
    for (let i = 0, part; (part = this.#attribute(`${name}${i}`)) !== undefined; i++)
      parts.push(...this.#strings(name, part));
    return parts.length > 0 ? parts : undefined;
  }

  #strings(name: string, value: unknown): string[] {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.map((each) =>
      typeof each === 'string'
        ? each.replace(/\0+$/, '')
        : refuse(FormatError, this.#where, `attribute ${show(name)} to be a list of names`, show(each)),
    );
  }

  /** The numbers under a path; undefined when there are none. */
  dataset(path: string): Hdf5Dataset | undefined {
    const where = `${this.#where}: ${show(path)}`;
    const found = this.#find(path);
    const [shape, dtype] = reading(where, () => [property(found, 'shape'), property(found, 'dtype')]);
    if (shape === undefined) return undefined;
    const checked = fromFile(where, () => checkShape(where, shape));
    if (typeof dtype !== 'string' || !/^[<>|]?[fiu][1248]$/.test(dtype))
      refuse(FormatError, where, 'numbers of a type like <f4', show(dtype));
    const bytes = sizeOf(checked) * Number(dtype.slice(-1));
    const limit = unpackedLimit(this.#fileBytes);
    if (bytes > limit) refuse(FormatError, where, `at most ${limit} bytes`, bytes);
    return { shape: checked, read: () => this.#numbers(where, found, sizeOf(checked)) };
  }

  #numbers(where: string, dataset: unknown, size: number): Float32Array {
    const values = reading(where, () => property(dataset, 'value'));
    if (!Array.isArray(values) || values.length !== size)
      refuse(FormatError, where, `${size} numbers`, Array.isArray(values) ? values.length : show(values));
    return Float32Array.from(values, (value: unknown) => (typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : NaN)); // prettier-ignore
  }
}

/** Opens a file. @throws FormatError */
export async function openHdf5(where: string, bytes: Uint8Array): Promise<Hdf5Group> {
  const { File } = await import('jsfive');
  const { buffer } = new Uint8Array(bytes); // the reader takes a whole ArrayBuffer
  return new Hdf5Group(where, reading(where, () => new File(buffer, where)), buffer.byteLength); // prettier-ignore
}

// Files beside a file: the weights that a model.json names.
import { show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';
import { isBytes } from './bytes.js';
import { SCHEME } from './indexedDb.js';
import { isNode, nodeModules } from './nodeModules.js';
import { isResponse, showSource, type Source } from './sources.js';

/**
 * Files that stand beside a source, for sources that have no folder: by name, as a list of Files (as an
 * `<input type="file" multiple>` gives it), or as a function of the name.
 */
export type Files = ArrayLike<File> | Readonly<Record<string, Source>> | ((name: string) => Source | undefined);

/** A name that leads out of the folder, or nowhere: absolute, with a scheme, with `..`. */
const LEADS_AWAY = /^$|^[a-z][a-z\d+.-]*:|^[\\/]|(^|[\\/])\.\.([\\/]|$)|\0/i;

function isList(files: Files): files is ArrayLike<File> {
  return typeof files === 'object' && 'length' in files && typeof files.length === 'number';
}

function given(name: string, files: Files): Source | undefined {
  if (typeof files === 'function') return files(name);
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (isList(files)) return Array.from(files).find((file) => file.name === name || file.name === last);
  return Object.hasOwn(files, name) ? files[name] : undefined;
}

/** The address beside another one. What was asked for in it stays: it may be a permission. */
function addressBeside(address: string, name: string): URL {
  const page = typeof location === 'undefined' ? undefined : location.href;
  const base = new URL(address, typeof document === 'undefined' ? page : document.baseURI);
  const url = new URL(name.split('/').map(encodeURIComponent).join('/'), base);
  url.search = base.search;
  return url;
}

async function inFolder(where: string, source: Source, name: string): Promise<Source | undefined> {
  const settled = await source;
  const place = isResponse(settled) ? settled.url : settled instanceof URL ? settled.href : settled;
  if (typeof place !== 'string' || place === '' || /^(data|blob):/i.test(place)) return undefined;
  if (place.startsWith(SCHEME)) return `${place.slice(0, Math.max(SCHEME.length, place.lastIndexOf('/') + 1))}${name}`;
  if (/^(https?|file):/i.test(place) || !isNode()) return addressBeside(place, name);
  const { paths } = await nodeModules(where);
  return paths.join(paths.dirname(place), name);
}

/**
 * The file `name` beside a source: the one that the user gives, or else the one in the same folder.
 *
 * @param name relative, with `/`; it comes from a file and is not trusted
 * @throws FormatError for a name that leads out of the folder; TypeError when the source has no folder and the user gives
 *   no such file
 */
export async function resolveBeside(where: string, source: Source, name: string, files?: Files): Promise<Source> {
  if (LEADS_AWAY.test(name)) refuse(FormatError, where, 'names of files in the same folder', show(name));
  const found = (files && given(name, files)) ?? (await inFolder(where, source, name));
  if (found !== undefined) return found;
  const from = isBytes(source) ? 'bytes' : showSource(source);
  refuse(TypeError, where, `the file ${show(name)} in option files, or a source in a folder`, from);
}

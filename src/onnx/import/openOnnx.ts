// From a source to a checked graph.
import { readBytes } from '../../io/feed.js';
import { checkReadOptions, checkSource, type ReadOptions, type Source } from '../../io/sources.js';
import { runtime } from '../../runtime/state.js';
import type { OnnxFile } from './file.js';
import { readOnnx } from './graph.js';

/**
 * The graph in a file.
 * @throws FormatError for what is wrong in the file; TypeError for what is no source; RangeError when it cannot be read
 */
export async function openOnnx(where: string, source: Source, options: ReadOptions): Promise<OnnxFile> {
  runtime();
  const given = checkSource(where, source);
  const reading = checkReadOptions(where, options);
  return readOnnx(where, await readBytes(where, await given, reading));
}

// Callbacks that write the log of every epoch to a file, which is replaced as a whole.
import type { Callback, EpochLog } from '../models/index.js';
import { checkTarget, checkWritable, writeBytes, type Target } from './targets.js';

/** `textOf`: the file's text from the logs so far. */
function logger(where: string, place: Target, textOf: (logs: readonly EpochLog[]) => string): Callback {
  const target = checkTarget(where, place);
  const logs: EpochLog[] = [];
  return {
    onTrainBegin() {
      logs.length = 0;
      return checkWritable(where, target);
    },
    onEpochEnd(log) {
      logs.push(log);
      return writeBytes(where, target, new TextEncoder().encode(textOf(logs)));
    },
  };
}

const quoted = (name: string): string => (/[",\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

/**
 * A callback for `fit` that writes the log of every epoch as a line of a CSV file, below a line of names. A new training
 * begins a new file.
 *
 * @param place a path in Node, `'indexeddb://name'` or a FileSystemFileHandle in browsers
 * @throws TypeError; from `fit`, before the first step: RangeError for a path that cannot be written to
 * @example
 * ```ts
 * import { csvLogger } from 'wasmgrad/io';
 * const callbacks = [csvLogger('training.csv')];
 * ```
 */
export function csvLogger(place: Target): Callback {
  return logger('csvLogger', place, (logs) => {
    const names = Object.keys(logs[0] ?? {});
    const lines = logs.map((log) => names.map((name) => String(log[name] ?? '')).join(','));
    return [names.map(quoted).join(','), ...lines, ''].join('\n');
  });
}

/**
 * Like `csvLogger`, with an object in JSON on each line. Numbers that are not finite become null.
 *
 * @throws as `csvLogger`
 * @example
 * ```ts
 * import { jsonLinesLogger } from 'wasmgrad/io';
 * const callbacks = [jsonLinesLogger('training.jsonl')];
 * ```
 */
export function jsonLinesLogger(place: Target): Callback {
  return logger('jsonLinesLogger', place, (logs) => logs.map((log) => `${JSON.stringify(log)}\n`).join(''));
}

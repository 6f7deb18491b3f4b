import { callable, finiteNumber, knownOptions, show, wholeNumber } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import type { Executor } from '../executor.js';
import type { HttpOptions } from './options.js';

const OPTIONS = ['module', 'port', 'host', 'token', 'verify', 'lostAfter', 'attempts', 'onLink', 'onLie'];

function checkOptions(options: HttpOptions): void {
  const given: Readonly<Record<string, unknown>> = { ...knownOptions('http', options, OPTIONS) };
  const { module, port = 0, host = '', token = '12345678', verify = 0, lostAfter = 1, attempts = 1 } = given;
  if (typeof module !== 'string' && !(module instanceof URL))
    refuse(TypeError, 'http', 'module to be a file: URL or a path', show(module));
  wholeNumber('http', 'port', port, { min: 0, below: 65_536 });
  if (typeof host !== 'string') refuse(TypeError, 'http', 'host to be a string', show(host));
  if (typeof token !== 'string' || !/^[\w-]{8,}$/.test(token))
    refuse(TypeError, 'http', 'token to have at least 8 letters and digits', show(token));
  finiteNumber('http', 'verify', verify, { min: 0, max: 1 });
  finiteNumber('http', 'lostAfter', lostAfter, { min: 1 });
  wholeNumber('http', 'attempts', attempts, { min: 1 });
  for (const name of ['onLink', 'onLie']) if (given[name] !== undefined) callable('http', name, given[name]);
}

/**
 * Trains the models of a search on other machines without a server product: this process, in Node, waits for workers, and
 * hands them tasks. Workers are browser tabs that open the link, and programs that call `joinSearch(link, ...)`. Trials,
 * scores and ranking are those of `inProcess()`, to the bit.
 *
 * Workers may be strangers. The first result of each, and one drawn from every 1 / `verify` that follow, are computed
 * again here and compared bit by bit, before the search learns of any of them. A worker whose result differs is
 * excluded, and what it did is done again; if a result turns out to be wrong that the search knows already, it rejects.
 *
 * @throws TypeError, RangeError for unknown or impossible options; from the search: Error for a port that is taken
 * @example
 * ```ts
 * import { http } from 'wasmgrad/selection';
 * const executor = http({ module: new URL('./trials.js', import.meta.url), port: 8080, host: '0.0.0.0' });
 * ```
 */
export function http(options: HttpOptions): Executor {
  checkOptions(options);
  return {
    start: async (search) => {
      const { start } = await import('./chief.js');
      return start(options, search);
    },
  };
}

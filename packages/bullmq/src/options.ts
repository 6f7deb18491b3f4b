import { checkConnection, type Connection } from './connection.js';

export interface BullmqOptions {
  /** Address of Redis or Valkey, e.g. `'redis://:password@host:6379'`; options of ioredis; or a client of it. */
  readonly connection: Connection;
  /**
   * The module with the trials that the workers were started with: workers with another text refuse. By default the
   * search takes the module of the first worker for the right one.
   */
  readonly module?: URL | string | undefined;
  /** Begins the names of everything on the server. Workers must be given the same. Default `'wasmgrad'`. */
  readonly queue?: string | undefined;
  /** How often a training is tried whose worker is lost. Default 3. */
  readonly attempts?: number | undefined;
  /** Days for which data and results are kept, so that a search can be continued. Default 7. */
  readonly keepDays?: number | undefined;
  /** A name for the search: one with this name and other data or folds is refused. Default: none. */
  readonly search?: string | undefined;
  /** Called when the number of workers has changed. */
  readonly onWorkers?: ((workers: number) => void) | undefined;
}

const OPTIONS = ['connection', 'module', 'queue', 'attempts', 'keepDays', 'search', 'onWorkers'];

function refuse(Class: new (message: string) => Error, expected: string, got: unknown): never {
  throw new Class(`bullmq: expected ${expected}, got ${typeof got === 'string' ? `'${got}'` : String(got)}`);
}

/** @throws TypeError, RangeError */
export function checkOptions(options: BullmqOptions): void {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null) refuse(TypeError, 'options', given);
  const unknown = Object.keys(given).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) throw new TypeError(`bullmq: unknown option '${unknown}', expected ${OPTIONS.join(', ')}`);
  checkConnection('bullmq', options.connection);
  for (const name of ['queue', 'search'] as const) {
    const value: unknown = options[name];
    if (value !== undefined && (typeof value !== 'string' || !/^[\w.-]+$/.test(value)))
      refuse(TypeError, `${name} to consist of letters, digits, '.', '-' and '_'`, value);
  }
  const { module, attempts = 1, keepDays = 1, onWorkers }: Readonly<Partial<Record<string, unknown>>> = { ...options };
  if (module !== undefined && !(module instanceof URL) && typeof module !== 'string')
    refuse(TypeError, 'module to be a file: URL or a path', module);
  if (typeof attempts !== 'number' || !Number.isSafeInteger(attempts) || attempts < 1)
    refuse(RangeError, 'attempts to be a whole number >= 1', attempts);
  if (typeof keepDays !== 'number' || !(keepDays > 0 && keepDays <= 3650))
    refuse(RangeError, 'keepDays to be a number > 0 and <= 3650', keepDays);
  if (onWorkers !== undefined && typeof onWorkers !== 'function')
    refuse(TypeError, 'onWorkers to be a function', onWorkers);
}

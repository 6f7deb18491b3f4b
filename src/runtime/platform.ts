import type * as os from 'node:os';
import type * as workerThreads from 'node:worker_threads';

/** What of Node's own modules the runtime uses. */
interface NodeModules {
  readonly 'node:os': typeof os;
  readonly 'node:worker_threads': typeof workerThreads;
}

/**
 * One of Node's own modules, or undefined where there is none (browsers; Node before 20.16). Asked for at run time
 * and without `import`, so that no bundler has to know what `node:` means.
 */
export function nodeModule<K extends keyof NodeModules>(name: K): NodeModules[K] | undefined {
  if (typeof process === 'undefined' || !('getBuiltinModule' in process)) return undefined;
  return process.getBuiltinModule(name);
}

/** Processor cores that this program may use, as far as it is told. */
export function coreCount(): number {
  const os = nodeModule('node:os');
  if (os) return os.availableParallelism();
  return typeof navigator === 'undefined' ? 1 : navigator.hardwareConcurrency || 1;
}

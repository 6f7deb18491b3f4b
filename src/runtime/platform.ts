import type * as os from 'node:os';
import type * as workerThreads from 'node:worker_threads';

/** The modules of Node that the runtime uses. */
interface NodeModules {
  readonly 'node:os': typeof os;
  readonly 'node:worker_threads': typeof workerThreads;
}

/**
 * A built-in module of Node, undefined elsewhere and in Node before 20.16. It is loaded without `import`, so that
 * bundlers need not resolve `node:`.
 */
export function nodeModule<K extends keyof NodeModules>(name: K): NodeModules[K] | undefined {
  if (typeof process === 'undefined' || !('getBuiltinModule' in process)) return undefined;
  return process.getBuiltinModule(name);
}

/** Number of processor cores that this program may use, according to the platform. */
export function coreCount(): number {
  const os = nodeModule('node:os');
  if (os) return os.availableParallelism();
  return typeof navigator === 'undefined' ? 1 : navigator.hardwareConcurrency || 1;
}

import { coreCount, nodeModule } from './platform.js';

/** The number of threads, and why there are not more. */
export interface ThreadPlan {
  readonly threads: number;
  /** Threads of a training worker started from here, which may block, unlike a page's main thread. */
  readonly inWorker: number;
  readonly cores: number;
  readonly reason?: string;
}

/** Most threads by default: more do not help, since a single thread distributes all work. */
const MOST_BY_DEFAULT = 8;

/** Plans the threads. There are more threads than cores only when the user asks for that many. */
export function planThreads(wanted: number | 'auto'): ThreadPlan {
  const cores = coreCount();
  const threads = wanted === 'auto' ? Math.min(cores, MOST_BY_DEFAULT) : wanted;
  const obstacle = threads > 1 ? (sharingObstacle() ?? waitingObstacle()) : undefined;
  const inWorker = obstacle === undefined || obstacle === NO_WAITING ? threads : 1;
  return obstacle === undefined ? { threads, inWorker, cores } : { threads: 1, inWorker, cores, reason: obstacle };
}

/** The reason why this program cannot share memory among threads, if there is one. */
function sharingObstacle(): string | undefined {
  const isolated = typeof crossOriginIsolated === 'undefined' || crossOriginIsolated;
  if (!isolated) {
    return (
      'threads: the page is not cross-origin isolated; serve it with the headers Cross-Origin-Opener-Policy: same-origin ' +
      'and Cross-Origin-Embedder-Policy: require-corp, or add them in a service worker where the server cannot'
    );
  }
  if (typeof SharedArrayBuffer === 'undefined') return 'threads: there is no SharedArrayBuffer here';
  if (!nodeModule('node:worker_threads') && typeof Worker === 'undefined') return 'threads: there are no workers here';
  return undefined;
}

const NO_WAITING =
  "threads: a page's main thread may not wait for others; fit({ worker: true }) has threads, and so has a worker " +
  'that calls init()';

/** The reason why this thread must not wait for others, if there is one. */
function waitingObstacle(): string | undefined {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return undefined;
  } catch {
    return NO_WAITING;
  }
}

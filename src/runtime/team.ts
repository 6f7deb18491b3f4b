import type * as workerThreads from 'node:worker_threads';
import { nodeModule } from './platform.js';

/** What a worker is sent. */
export interface WorkerJob {
  readonly modules: readonly WebAssembly.Module[];
  readonly memory: WebAssembly.Memory;
  readonly workspace: number;
}

/** The workers of a pool. */
export interface Team {
  /** Ends them all. Resolves when they no longer run. */
  stop(): Promise<void>;
}

// The whole of a worker. A text, because a worker file of its own is lost by several bundlers and refused from
// another origin; what it does with the modules is link.ts. It never returns: workers are spoken to through memory alone.
const WORK =
  '({ modules, memory, workspace }) => {' +
  "const table = new WebAssembly.Table({ initial: 16, element: 'anyfunc' });" +
  'const all = modules.map((module) => {' +
  'const { exports } = new WebAssembly.Instance(module, { env: { memory, table } });' +
  'exports.setWorkspace(workspace);' +
  'for (const name in exports) if (/^dispatch[1-9]/.test(name)) table.set(+name.slice(8), exports[name]);' +
  'return exports;' +
  '});' +
  'all[0].workerLoop();' +
  '}';
const NODE_SOURCE = `require('node:worker_threads').parentPort.once('message', ${WORK});`;
const WEB_SOURCE = `onmessage = ({ data }) => (${WORK})(data);`;

/**
 * Browsers do not tell when a worker that was terminated has really ended: at its next turn of a loop, once it gets the
 * processor. So many milliseconds later it has. (A lock it held all its life would tell exactly, but WebKit 2.50 crashes
 * when a worker ends of which such a worker is one.)
 */
const ENDING_MS = 1000;

/** Starts one worker a job. `onLost` is called when one has ended or failed by itself, as soon as the caller's event loop hears of it. */
export function startWorkers(jobs: readonly WorkerJob[], onLost: () => void): Team {
  const node = nodeModule('node:worker_threads');
  return node ? nodeTeam(node, jobs, onLost) : webTeam(jobs, onLost);
}

function nodeTeam({ Worker: NodeWorker }: typeof workerThreads, jobs: readonly WorkerJob[], onLost: () => void): Team {
  let running = 0;
  let stopped = false;
  let allEnded = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    allEnded = resolve;
  });
  const workers = jobs.map((job) => {
    // Options given to this process (loaders, input types) are not meant for the worker.
    const worker = new NodeWorker(NODE_SOURCE, { eval: true, execArgv: [], name: 'wasmgrad' });
    running++;
    worker.on('error', () => undefined); // the exit that follows says enough
    worker.on('exit', () => {
      running--;
      if (running === 0) allEnded();
      if (!stopped) onLost();
    });
    worker.unref(); // a pool never keeps a process alive
    worker.postMessage(job);
    return worker;
  });
  return {
    stop: async () => {
      stopped = true;
      for (const worker of workers) void worker.terminate();
      if (running > 0) await ended;
    },
  };
}

function webTeam(jobs: readonly WorkerJob[], onLost: () => void): Team {
  const url = URL.createObjectURL(new Blob([WEB_SOURCE], { type: 'text/javascript' }));
  const workers = jobs.map((job) => {
    const worker = new Worker(url, { name: 'wasmgrad' });
    worker.onerror = (event) => {
      event.preventDefault();
      onLost();
    };
    worker.postMessage(job);
    return worker;
  });
  return {
    stop: async () => {
      for (const worker of workers) worker.terminate();
      URL.revokeObjectURL(url);
      await new Promise((resolve) => setTimeout(resolve, ENDING_MS));
    },
  };
}

// The script of a worker that `workerPool` starts. The build bundles it into a text
// (src/runtime/generated/trials-worker.ts). It uses the library that the user's module imports, so that there is only
// one instance of it.
import type { WorkerPort } from '../runtime/worker.js';
import { packError, type FromWorker, type ToWorker } from './messages.js';

declare const port: WorkerPort<FromWorker, ToWorker>;

function isServing(value: unknown): value is { readonly serve: () => void } {
  return typeof value === 'object' && value !== null && 'serve' in value && typeof value.serve === 'function';
}

async function load(url: string): Promise<void> {
  const module: unknown = await import(url).catch((error: unknown) => {
    // WebKit's error does not say which module cannot be imported.
    if (error instanceof TypeError && !error.message.includes(url)) error.message += ` (${url})`;
    throw error;
  });
  const trials = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  if (!isServing(trials))
    throw new TypeError(
      `workerPool: expected a module whose default export is made by defineTrials, got ${typeof trials}`,
    );
  trials.serve(); // answers all further messages
}

port.onmessage = ({ data: message }) => {
  if (message.kind !== 'load') return;
  load(message.url).catch((error: unknown) => {
    port.postMessage({ kind: 'unusable', error: packError(error) });
  });
};

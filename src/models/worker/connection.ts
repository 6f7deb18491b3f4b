import { openWorker, type Connection } from '../../runtime/worker.js';
import type { FromWorker, ToWorker } from './messages.js';

export type TrainingConnection = Connection<ToWorker, FromWorker>;

/** Starts a training worker. @throws WorkerError where that is impossible */
export async function connect(): Promise<TrainingConnection> {
  const script = await import('./script.js');
  return openWorker(script.source, { caller: 'fit', name: 'wasmgrad training' });
}

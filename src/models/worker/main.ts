// The whole of a training worker: bundled by the build into a text (src/runtime/generated/training-worker.ts), because a
// worker file of its own is lost by several bundlers and refused from another origin. Nothing else imports it.
import { nodeModule } from '../../runtime/platform.js';
import type { FromWorker, ToWorker } from './messages.js';
import { WorkerTraining } from './training.js';

const port = nodeModule('node:worker_threads')?.parentPort;

function send(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  if (port) port.postMessage(message, [...transfer]);
  else postMessage(message, { transfer: [...transfer] });
}

let training: WorkerTraining | undefined;

function receive(message: ToWorker): void {
  switch (message.kind) {
    case 'setup':
      training = new WorkerTraining(message, send);
      break;
    case 'fill':
      training?.fill(message);
      break;
    case 'epoch':
      void training?.epoch(message).catch((error: unknown) => {
        // Thrown outside of any promise, it ends the worker, and the caller hears why.
        setTimeout(() => {
          throw error;
        });
      });
      break;
    case 'continue':
      training?.continue(message.weights);
      break;
    case 'abort':
      training?.abort();
      break;
  }
}

if (port) port.on('message', receive);
else addEventListener('message', ({ data }: MessageEvent<ToWorker>) => receive(data));

// The worker of "Your pictures": has the network, looks at pictures, learns, and writes files.
import { init } from 'wasmgrad';
import { Learner } from './learner.js';
import type { Reply, Request } from './messages.js';

let learner: Promise<Learner> | undefined;
let abort = new AbortController();

function report(reply: Reply): void {
  self.postMessage(reply);
}

/** The network, which may still be under way. */
async function loaded(): Promise<Learner> {
  if (!learner) throw new Error('The network has not been loaded.');
  return learner;
}

async function load(address: string): Promise<void> {
  const { signal } = (abort = new AbortController());
  await init({ threads: Math.min(4, navigator.hardwareConcurrency) });
  learner = Learner.load(address, { signal, onProgress: (progress) => report({ kind: 'loading', ...progress }) });
  const { parameters } = await learner;
  report({ kind: 'loaded', parameters });
}

async function train({ samples, classes }: Extract<Request, { kind: 'train' }>): Promise<void> {
  const { signal } = (abort = new AbortController());
  const known = await loaded();
  await known.train(samples, classes, signal, async ({ epoch, loss, accuracy }) => {
    report({ kind: 'epoch', epoch, loss, accuracy });
    await new Promise((resolve) => setTimeout(resolve, 20)); // lets waiting messages in
  });
  report({ kind: signal.aborted ? 'aborted' : 'trained' });
}

async function answer(request: Exclude<Request, { kind: 'load' | 'abort' | 'train' }>): Promise<void> {
  const known = await loaded();
  switch (request.kind) {
    case 'add':
      known.add(request.id, request.pixels);
      break;
    case 'remove':
      known.remove(request.id);
      break;
    case 'predict':
      report({ kind: 'prediction', probabilities: known.predict(request.pixels) });
      break;
    case 'save':
      report({ kind: 'saved', bytes: known.save() });
      break;
    case 'export':
      report({ kind: 'exported', bytes: known.exportOnnx(), probabilities: known.predict(request.pixels) });
      break;
  }
}

async function handle(request: Request): Promise<void> {
  if (request.kind === 'abort') abort.abort();
  else if (request.kind === 'load') await load(request.address);
  else if (request.kind === 'train') await train(request);
  else await answer(request);
}

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  handle(data).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') report({ kind: 'aborted' });
    else report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});

import type { Problem, Reply, Request, Settings } from './messages.js';

/** The page's side of a training worker. */
export class Client {
  readonly #problem: Problem;
  readonly #listen: (reply: Reply) => void;
  #worker: Worker;
  #used = false;

  constructor(problem: Problem, listen: (reply: Reply) => void) {
    this.#problem = problem;
    this.#listen = listen;
    this.#worker = this.#spawn();
  }

  /** Starts a training; a worker that has had one is replaced. */
  start(settings: Settings): void {
    if (this.#used) this.reset();
    this.#used = true;
    this.send({ kind: 'start', settings });
  }

  send(request: Request): void {
    this.#worker.postMessage(request);
  }

  /** Forgets the network. */
  reset(): void {
    this.#worker.terminate();
    this.#worker = this.#spawn();
    this.#used = false;
  }

  dispose(): void {
    this.#worker.terminate();
  }

  #spawn(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
      if (worker !== this.#worker) return; // what a replaced worker still had to say
      if (data.kind === 'failed' || data.kind === 'opened') this.#used = true;
      this.#listen(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#used = true;
      this.#listen({ kind: 'failed', message: event.message || 'The training worker could not be started.' });
    });
    const request: Request = { kind: 'load', problem: this.#problem };
    worker.postMessage(request);
    return worker;
  }
}

import type { Reply, Request } from './messages.js';

type Saved = Extract<Reply, { kind: 'saved' }>;
type Exported = Extract<Reply, { kind: 'exported' }>;

/** The page's side of the worker. */
export class Client {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  readonly #listen: (reply: Reply) => void;

  constructor(listen: (reply: Reply) => void) {
    this.#listen = listen;
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => this.#listen(data));
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#listen({ kind: 'failed', message: event.message || 'The worker could not be started.' });
    });
  }

  send(request: Request): void {
    this.#worker.postMessage(request);
  }

  /** Asks for files, and waits. */
  async ask(request: Extract<Request, { kind: 'save' }>): Promise<Saved>;
  async ask(request: Extract<Request, { kind: 'export' }>): Promise<Exported>;
  async ask(request: Extract<Request, { kind: 'save' | 'export' }>): Promise<Saved | Exported> {
    return new Promise((resolve, reject) => {
      const hear = ({ data }: MessageEvent<Reply>): void => {
        if (data.kind === 'failed') reject(new Error(data.message));
        else if (data.kind === 'saved' || data.kind === 'exported') resolve(data);
        else return;
        this.#worker.removeEventListener('message', hear);
      };
      this.#worker.addEventListener('message', hear);
      this.send(request);
    });
  }
}

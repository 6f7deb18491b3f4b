// The chief's side of the connection: requests to calls of the dispatcher.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isPlain, show } from '../../core/checks.js';
import { fingerprintMismatch, type Fingerprint } from '../fingerprint.js';
import { pack, unpack } from '../packing.js';
import type { Dispatcher } from './dispatcher.js';
import { isFingerprint, isOutcome, isReport, type Order, type Welcome } from './wire.js';

/** Longer messages are refused: results contain snapshots. */
const LONGEST = 2 ** 29;
const EXCLUDED = 'results that are right: this worker is excluded';
const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', wasm: 'application/wasm' };

export interface ServerParts {
  readonly token: string;
  readonly fingerprint: Fingerprint;
  /** Text of the module with the trials. */
  readonly source: string;
  readonly page: string;
  readonly data: { readonly hash: string; readonly bytes: Uint8Array };
  /** Milliseconds. */
  readonly lostAfter: number;
  readonly dispatcher: Dispatcher;
  /** A file of the built library; undefined when there is none of this name. */
  readonly file: (path: string) => Promise<Uint8Array | undefined>;
}

/** What a request is answered with. */
interface Answer {
  readonly status: number;
  readonly type?: string | undefined;
  readonly body: string | Uint8Array;
}

const refusal = (status: number, body: string): Answer => ({ status, body });
const packedAnswer = (value: unknown): Answer => ({ status: 200, type: 'application/octet-stream', body: pack(value) });

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<unknown>) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.length;
    if (length > LONGEST) throw new RangeError('the message is too long');
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return unpack(bytes);
}

export class Handlers {
  readonly #parts: ServerParts;
  #isOver = false;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  /** From now on workers are told that the search is over. */
  end(): void {
    this.#isOver = true;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    this.#answer(request)
      .catch((error: unknown) => refusal(400, error instanceof Error ? error.message : show(error)))
      .then(({ status, type = 'text/plain', body }) => {
        const headers = { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-store' };
        response.writeHead(status, headers).end(body);
      })
      .catch(() => response.destroy());
  };

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { token } = this.#parts;
    const { pathname } = new URL(request.url ?? '/', 'http://chief');
    if (!pathname.startsWith(`/${token}/`)) return refusal(404, 'no such page');
    const path = pathname.slice(token.length + 2);
    return request.method === 'POST' ? this.#post(path, await bodyOf(request)) : this.#get(path);
  }

  async #get(path: string): Promise<Answer> {
    const { page, source } = this.#parts;
    if (path === '') return { status: 200, type: 'text/html', body: page };
    if (path === 'trials.js') return { status: 200, type: 'text/javascript', body: source };
    const [, name = '', kind = ''] = /^dist\/((?:[\w-]+\/)*[\w.~-]+\.(js|wasm))$/.exec(path) ?? [];
    const bytes = name === '' ? undefined : await this.#parts.file(name);
    return bytes ? { status: 200, type: TYPES[kind], body: bytes } : refusal(404, 'no such page');
  }

  async #post(path: string, message: unknown): Promise<Answer> {
    if (!isPlain(message)) return refusal(400, 'a message of the library');
    if (path === 'join') return this.#join(message);
    const { data, dispatcher } = this.#parts;
    if (path === 'data') return { status: 200, type: 'application/octet-stream', body: data.bytes };
    const { worker, number } = message;
    if (typeof worker !== 'string') return refusal(400, 'a worker that has joined');
    if (dispatcher.isExcluded(worker)) return refusal(403, EXCLUDED);
    const isHere = dispatcher.touch(worker);
    if (path === 'alive') return this.#alive(worker, message);
    if (path !== 'task') return refusal(404, 'no such page');
    if (!isHere) return packedAnswer(this.#isOver ? { over: true } : { lost: true });
    const { outcome } = message;
    if (outcome !== undefined && !isOutcome(outcome)) return refusal(400, 'a result');
    dispatcher.deliver(worker, number, outcome);
    const order = await this.#order(worker);
    return order ? packedAnswer(order) : refusal(403, EXCLUDED);
  }

  #join({ fingerprint }: Readonly<Record<string, unknown>>): Answer {
    const { fingerprint: own, dispatcher, lostAfter, data } = this.#parts;
    if (this.#isOver) return refusal(410, 'a search that is not over');
    if (!isFingerprint(fingerprint)) return refusal(400, 'a fingerprint');
    const difference = fingerprintMismatch(own, fingerprint);
    if (difference !== undefined) return refusal(409, `the versions of the search, got ${difference}`);
    const welcome: Welcome = { worker: dispatcher.join(), beat: lostAfter / 4, data: data.hash };
    return packedAnswer(welcome);
  }

  #alive(worker: string, { number, report }: Readonly<Record<string, unknown>>): Answer {
    const errand = this.#parts.dispatcher.current(worker, number);
    if (errand && isReport(report)) errand.onReport?.(report);
    return packedAnswer({ wanted: errand !== undefined && !this.#isOver });
  }

  /** Waits for a task, for a while; undefined for a worker that is excluded. */
  async #order(worker: string): Promise<Order | undefined> {
    const { dispatcher, lostAfter } = this.#parts;
    const end = performance.now() + Math.min(15_000, lostAfter / 2);
    for (;;) {
      if (this.#isOver) return { over: true };
      if (dispatcher.isExcluded(worker)) return undefined;
      const errand = dispatcher.next(worker);
      if (errand) return { number: errand.number, task: errand.task };
      const left = end - performance.now();
      if (left <= 0) return {};
      await dispatcher.change(left);
    }
  }
}

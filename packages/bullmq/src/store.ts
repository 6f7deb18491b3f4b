// What chiefs and workers leave for one another on the server, as bytes. Everything is named by a hash of what it
// depends on, so that nothing is ever out of date.
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { pack, unpack, type PackedError, type TrialResult, type TrialTask } from 'wasmgrad/selection';

/** A value of Redis has at most 512 MB. */
const CHUNK = 64 * 2 ** 20;

/** How a training ended. */
export type Outcome = { readonly result: TrialResult } | { readonly error: PackedError };

export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/** The name of data: their hash, by which a worker checks them. */
export function dataHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isOutcome(value: unknown): value is Outcome {
  if (!isObject(value)) return false;
  const { result, error } = value;
  if (isObject(error)) return typeof error['name'] === 'string' && typeof error['message'] === 'string';
  return isObject(result) && isObject(result['scores']) && typeof result['epochs'] === 'number';
}

/** `runTask` checks the rest. */
function isTask(value: unknown): value is TrialTask {
  return isObject(value) && 'trial' in value && 'point' in value && 'fold' in value && 'seed' in value;
}

export class Store {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  #key(kind: 'data' | 'task' | 'result' | 'name', id: string): string {
    return `${this.#prefix}:${kind}:${id}`;
  }

  /** Stores bytes under their hash unless they are there; keeps them for `seconds` from now on. */
  async putData(hash: string, bytes: Uint8Array, seconds: number): Promise<void> {
    const key = this.#key('data', hash);
    const chunks = Math.ceil(bytes.length / CHUNK);
    if ((await this.#redis.hlen(key)) !== chunks)
      for (let i = 0; i < chunks; i++)
        await this.#redis.hset(key, String(i), Buffer.from(bytes.subarray(i * CHUNK, (i + 1) * CHUNK)));
    await this.#redis.expire(key, seconds);
  }

  /** @throws Error for data that are not there, or are damaged */
  async data(hash: string): Promise<Uint8Array> {
    const key = this.#key('data', hash);
    const chunks: Buffer[] = [];
    for (let i = 0, count = await this.#redis.hlen(key); i < count; i++) {
      const chunk = await this.#redis.hgetBuffer(key, String(i));
      if (chunk) chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    if (chunks.length === 0) throw new Error(`expected data with the hash ${hash.slice(0, 12)}, got none`);
    const got = dataHash(bytes);
    if (got !== hash)
      throw new Error(`expected data with the hash ${hash.slice(0, 12)}, got others, with ${got.slice(0, 12)}`);
    return bytes;
  }

  /** The hash that a search of this name had first: the given one if there was none. */
  async named(name: string, hash: string, seconds: number): Promise<string> {
    const key = this.#key('name', name);
    await this.#redis.set(key, hash, 'EX', seconds, 'NX');
    return (await this.#redis.get(key)) ?? hash;
  }

  async putTask(id: string, task: TrialTask, seconds: number): Promise<void> {
    await this.#redis.set(this.#key('task', id), Buffer.from(pack(task)), 'EX', seconds);
  }

  async task(id: string): Promise<TrialTask> {
    const bytes = await this.#redis.getBuffer(this.#key('task', id));
    const task = bytes && unpack(bytes);
    if (!isTask(task)) throw new Error('expected a task, got none');
    return task;
  }

  async putOutcome(id: string, outcome: Outcome, seconds: number): Promise<void> {
    await this.#redis.set(this.#key('result', id), Buffer.from(pack(outcome)), 'EX', seconds);
    await this.#redis.del(this.#key('task', id));
  }

  async outcome(id: string): Promise<Outcome | undefined> {
    const bytes = await this.#redis.getBuffer(this.#key('result', id));
    if (!bytes) return undefined;
    const outcome = unpack(bytes);
    if (!isOutcome(outcome)) throw new Error('expected the result of a task, got something else');
    return outcome;
  }

  async forget(id: string): Promise<void> {
    await this.#redis.del(this.#key('result', id));
  }
}

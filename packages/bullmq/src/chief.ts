import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Redis } from 'ioredis';
import { init } from 'wasmgrad';
import { fingerprint, packSearch, type ExecutorSession, type Fingerprint, type Search } from 'wasmgrad/selection';
import { connect } from './connection.js';
import type { BullmqOptions } from './options.js';
import { announced, ANY, difference } from './protocol.js';
import { BEAT, Roster } from './roster.js';
import { Session } from './session.js';
import { dataHash, Store } from './store.js';

const DAY = 24 * 60 * 60;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function fingerprintOf({ module }: BullmqOptions): Promise<Fingerprint> {
  await init();
  if (module === undefined) return { ...fingerprint({ trials: '' }), trials: ANY };
  const file = typeof module === 'string' && module.startsWith('file:') ? new URL(module) : module;
  const trials = await readFile(file).catch((error: unknown) => {
    throw new Error(`bullmq: expected module to be a file that can be read, got ${String(error)}`);
  });
  return fingerprint({ trials });
}

/** What the search goes by: its own fingerprint, completed by that of the first worker if it does not know the module. */
async function agreed(
  own: Fingerprint,
  redis: Redis,
  queue: string,
  signal: AbortSignal | undefined,
): Promise<Fingerprint> {
  if (own.trials !== ANY) return own;
  const [chiefs, workers] = [new Roster(redis, `${queue}:chiefs`), new Roster(redis, `${queue}:workers`)];
  const self = JSON.stringify({ id: randomUUID(), fingerprint: own });
  for (let at = 0; ; at = (at + 1) % 20) {
    signal?.throwIfAborted();
    if (at === 0) await chiefs.announce(self);
    const known = announced(await workers.members());
    const first = known.find((worker) => difference(own, worker.fingerprint) === undefined);
    if (first) {
      await chiefs.leave(self);
      return first.fingerprint;
    }
    await pause(BEAT / 20);
  }
}

/** Connects, stores the data, and begins to hand out tasks. */
export async function start(options: BullmqOptions, search: Search): Promise<ExecutorSession> {
  const { connection, queue = 'wasmgrad', attempts = 3, keepDays = 7, search: name, onWorkers } = options;
  const own = await fingerprintOf(options);
  const { bytes } = packSearch(search);
  const keep = Math.ceil(keepDays * DAY);
  const redis = await connect('bullmq', connection);
  try {
    const store = new Store(redis, queue);
    const hash = dataHash(bytes);
    if (name !== undefined && (await store.named(name, hash, keep)) !== hash)
      throw new RangeError(`bullmq: expected the data and folds that search '${name}' began with, got others`);
    await store.putData(hash, bytes, keep);
    const chief = await agreed(own, redis, queue, search.signal);
    return await Session.open({ redis, store, queue, keep, attempts, chief, data: { hash, bytes }, onWorkers });
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}

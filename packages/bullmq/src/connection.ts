import { Redis, type RedisOptions } from 'ioredis';

/** Where the server is: an address (`redis://:password@host:6379`), options of ioredis, or a client to copy them from. */
export type Connection = string | RedisOptions | Redis;

function isClient(connection: RedisOptions | Redis): connection is Redis {
  return 'duplicate' in connection && typeof connection.duplicate === 'function';
}

function open(connection: Connection, options: RedisOptions): Redis {
  if (typeof connection === 'string') return new Redis(connection, options);
  return isClient(connection) ? connection.duplicate(options) : new Redis({ ...connection, ...options });
}

function isAddress(connection: string): boolean {
  return URL.canParse(connection) && ['redis:', 'rediss:'].includes(new URL(connection).protocol);
}

/** Checks what the user gave. @throws TypeError */
export function checkConnection(where: string, connection: unknown): void {
  if (typeof connection === 'string' ? isAddress(connection) : typeof connection === 'object' && connection !== null)
    return;
  const got = typeof connection === 'string' ? `'${connection}'` : String(connection);
  throw new TypeError(`${where}: expected connection to be an address such as redis://localhost:6379, got ${got}`);
}

/** An error of several attempts, at the addresses of one host, has no message. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}

/**
 * A client that is connected. It gives up at once while there is no server to be had; later on it waits for the
 * server to come back, and so do all commands.
 *
 * @throws Error without a server, or with a password that the server refuses
 */
export async function connect(where: string, connection: Connection): Promise<Redis> {
  let isUp = false;
  const redis = open(connection, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (isUp ? Math.min(50 * times, 1000) : null),
  });
  let first: unknown;
  redis.on('error', (error: unknown) => (first ??= error)); // without a listener ioredis prints them
  try {
    await redis.connect();
    await redis.ping();
    isUp = true;
    return redis;
  } catch (error) {
    redis.disconnect();
    const { host = 'localhost', port = 6379, path } = redis.options;
    const at = path ?? `${host}:${port}`;
    throw new Error(`${where}: expected a server that accepts this program at ${at}, got ${textOf(first ?? error)}`);
  }
}

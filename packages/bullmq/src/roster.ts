import type { Redis } from 'ioredis';

/** Milliseconds after which a member that has not announced itself again is gone. */
const LIFE = 15_000;
/** How often members announce themselves, in milliseconds. */
export const BEAT = 2000;

/** Who takes part at the moment, by the server's clock, since those of the machines differ. */
export class Roster {
  readonly #redis: Redis;
  readonly #key: string;

  constructor(redis: Redis, key: string) {
    this.#redis = redis;
    this.#key = key;
  }

  async #now(): Promise<number> {
    const [seconds = 0, microseconds = 0] = await this.#redis.time();
    return 1000 * seconds + Math.floor(microseconds / 1000);
  }

  async announce(member: string): Promise<void> {
    await this.#redis.zadd(this.#key, (await this.#now()) + LIFE, member);
  }

  async members(): Promise<string[]> {
    const now = await this.#now();
    await this.#redis.zremrangebyscore(this.#key, '-inf', now);
    return this.#redis.zrange(this.#key, 0, -1);
  }

  async leave(member: string): Promise<void> {
    await this.#redis.zrem(this.#key, member);
  }
}

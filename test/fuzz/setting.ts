// What calls are tried in: a small memory, the world of right arguments, and junk.
import { vi } from 'vitest';
import { full, init, type Tensor } from '../../src/index.js';
import { makeJunk, type Junk } from './junk.js';
import { makeWorld, type World } from './world.js';

export interface Setting {
  readonly world: World;
  readonly junk: readonly Junk[];
  /** Whether calls must not free a value, because later calls are given it. */
  readonly isLasting: (value: unknown) => boolean;
  readonly dispose: () => void;
}

/** Starts the runtime with so many bytes of linear memory, silences `progress: true`, and leaves out stacks, which would take longer than the calls. */
export async function makeSetting(maximumMemory = 2 ** 26): Promise<Setting> {
  await init({ threads: 1, maximumMemory });
  const { all, made } = makeJunk();
  const world = makeWorld();
  await world.ready;
  const fixtures: readonly unknown[] = Object.values(world);
  const lasting = new Set<unknown>([...fixtures, ...world.model.weights, ...all.map(({ value }) => value)]);
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const silenced = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  return {
    world,
    junk: all,
    isLasting: (value) => lasting.has(value),
    dispose: () => {
      Error.stackTraceLimit = stackTraceLimit;
      silenced.mockRestore();
      world.dispose();
      for (const one of made) one.dispose();
    },
  };
}

/** Runs `body` beside tensors. Returns whether these have kept their bits. */
export async function besideGuards(body: () => unknown): Promise<boolean> {
  const guards: Tensor[] = [1, 7, 300].map((size) => full([size], 0.3));
  const bits = guards.map((guard) => guard.data());
  try {
    await body();
    return guards.every((guard, i) => guard.data().every((value, k) => value === bits[i]?.[k]));
  } finally {
    for (const guard of guards) guard.dispose();
  }
}

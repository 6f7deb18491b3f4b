// Every export with its n-th allocation of linear memory refused, for every n: the error is an OutOfMemoryError in the name
// of a public function, and everything that the call had taken by then is given back.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import * as index from '../../src/index.js';
import * as layers from '../../src/layers/index.js';
import * as losses from '../../src/losses/index.js';
import * as models from '../../src/models/index.js';
import * as optimizers from '../../src/optimizers/index.js';
import { runtime } from '../../src/runtime/state.js';
import { disposeAll } from '../fuzz/judge.js';
import type { Row } from '../fuzz/row.js';
import { allRows } from '../fuzz/rows/index.js';
import { makeWorld, type World } from '../fuzz/world.js';

const { init, memory, OutOfMemoryError, ones } = index;

/** A call that is refused even this one allocates without end. */
const MOST = 5000;
const MAX_COMPLAINTS = 12;

/** What users know: an error in the name of the operation that ran out is as good as in the name of what was called. */
const PUBLIC = new Set([index, layers, losses, models, optimizers].flatMap((names) => Object.keys(names)));

let world: World;
let refusals = 0;

const rows = allRows(() => world);

beforeAll(async () => {
  await init({ threads: 1, maximumMemory: 2 ** 26 });
  world = makeWorld();
  await world.ready;
  vi.spyOn(process.stdout, 'write').mockReturnValue(true); // progress: true
});

afterAll(() => {
  vi.restoreAllMocks();
  world.dispose();
  process.stdout.write(`reliability: allocations refused: ${refusals}\n`);
});

/** Calls, with allocation `n` refused. Whether it came to that, and what the call threw. */
async function callRefusing(n: number, row: Row, args: readonly unknown[]) {
  const { heap } = runtime();
  let count = 0;
  const fixtures: readonly unknown[] = Object.values(world);
  const given = new Set<unknown>([...fixtures, ...world.model.weights, ...args]);
  const allocate = heap.allocate.bind(heap);
  const refusing = vi.spyOn(heap, 'allocate').mockImplementation((bytes, where = 'memory') => {
    if (count++ === n) throw new OutOfMemoryError(`${where}: expected memory, got none`);
    return allocate(bytes, where);
  });
  let error: unknown;
  try {
    const result: unknown = Reflect.apply(row.call, undefined, args);
    const settled = result instanceof Promise && !given.has(result) ? ((await result) as unknown) : result;
    refusing.mockRestore();
    disposeAll(settled, (value) => given.has(value));
  } catch (thrown) {
    error = thrown;
  }
  refusing.mockRestore();
  return { reached: count > n, error };
}

function complaintAbout(error: unknown, names: readonly string[]): string | undefined {
  if (!(error instanceof OutOfMemoryError)) return `got ${String(error)}`;
  const name = error.message.replace(/:[^]*/, '');
  return PUBLIC.has(name) || names.includes(name) ? undefined : `in the name of another: ${error.message}`;
}

async function complaintsAbout(name: string, row: Row): Promise<string[]> {
  const names = row.names ?? [name.split(/[/. ]/).at(-1) ?? name];
  const complaints: string[] = [];
  for (const list of row.args().keys()) {
    for (let n = 0, more = true; more && n < MOST && complaints.length < MAX_COMPLAINTS; n++) {
      const args = row.args()[list] ?? [];
      const before = memory();
      const { reached, error } = await callRefusing(n, row, args);
      const after = memory();
      const at = `call ${list}, allocation ${n}: `;
      if (after.liveTensors !== before.liveTensors)
        complaints.push(`${at}leaves ${after.liveTensors - before.liveTensors} tensors`);
      if (after.used !== before.used) complaints.push(`${at}leaves ${after.used - before.used} bytes`);
      more = reached;
      const complaint = reached && complaintAbout(error, names);
      if (reached) refusals++;
      if (complaint) complaints.push(at + complaint);
    }
  }
  return complaints;
}

const runs = Object.entries(rows).flatMap(([name, row]): [string, Row][] => ('exempt' in row ? [] : [[name, row]]));

it.each(runs)(
  '%s',
  async (name, row) => {
    const guards = [1, 7, 300].map((size) => ones([size]));
    const bits = guards.map((guard) => guard.data());
    try {
      expect(await complaintsAbout(name, row)).toEqual([]);
      expect(guards.map((guard) => guard.data())).toEqual(bits);
    } finally {
      for (const guard of guards) guard.dispose();
    }
  },
  60_000,
);

it('refuses something', () => {
  expect(refusals).toBeGreaterThan(500);
});

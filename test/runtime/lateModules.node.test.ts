// A group of kernels that is linked after the workers have started: they get it, and until then take no piece of it.
import { beforeAll, expect, it } from 'vitest';
import { sqrt } from '../../src/ops/sqrt.js';
import * as kernels from '../../src/runtime/generated/kernels.js';
import * as layout from '../../src/runtime/generated/layout.js';
import { init } from '../../src/runtime/init.js';
import { linkModules } from '../../src/runtime/link.js';
import { Linker } from '../../src/runtime/linker.js';
import type { Pool } from '../../src/runtime/pool.js';
import { recordBytes, writeRecord } from '../../src/runtime/records.js';
import { runtime } from '../../src/runtime/state.js';
import { full, zeros } from '../../src/tensors/creation.js';
import { wakePool } from '../support/training.js';

const N = 64;

/** Publishes a record in one piece as the walker does (share() in assembly/threads.ts), without working on it. */
function publish(memory: WebAssembly.Memory, record: number): Int32Array {
  const cells = new Int32Array(memory.buffer);
  const set = (address: number, value: number): unknown => Atomics.store(cells, address / 4, value);
  set(layout.RECORD, record);
  set(layout.CHUNK, N);
  set(layout.PIECES, 1);
  set(layout.PENDING, 1);
  set(layout.WAITING, 1);
  const job = (cells[layout.TICKET / 4 + 1] ?? 0) + 1;
  Atomics.store(new BigInt64Array(memory.buffer), layout.TICKET / 8, (BigInt(job) << 32n) | 1n);
  Atomics.notify(cells, layout.TICKET / 4 + 1);
  return cells;
}

/** Writes the record of sqrt(x) -> y, a kernel of a group that workers do not have at first. */
function writeSqrt(memory: WebAssembly.Memory, record: number, x: number, y: number): void {
  const size = recordBytes(kernels.sqrtMap);
  writeRecord(new DataView(memory.buffer), record, size, kernels.sqrtMap, [x, y, 0, N], 1);
}

let pool: Pool;

beforeAll(async () => {
  await init({ threads: 2 });
  pool = (await wakePool())!;
});

it('workers link it and do their share', { timeout: 30_000 }, () => {
  const x = full([N], 4);
  const { memory } = runtime().heap;
  const linked = (): number => Atomics.load(new Int32Array(memory.buffer), layout.MODULES / 4);
  const first = linked();
  sqrt(x).dispose(); // on this thread, which links the group now
  pool.thresholds.share = 0;
  pool.run(0, 0, 1); // an empty program: whatever is shared next, workers have been told
  expect(linked()).toBe(first + 1);
  const y = zeros([N]);
  writeSqrt(memory, layout.SCRATCH_RECORD, x.pointer(), y.pointer());
  const cells = publish(memory, layout.SCRATCH_RECORD);
  expect(Atomics.wait(cells, layout.PENDING / 4, 1, 20_000)).not.toBe('timed-out');
  expect(y.data().every((value) => value === 2)).toBe(true);
  for (const each of [x, y]) each.dispose();
});

it('a worker without it leaves the piece alone and its loop', async () => {
  const memory = new WebAssembly.Memory({ initial: 32, maximum: 65536 });
  const linker = new Linker(memory, layout.STATIC_END, false, 'strict');
  await linker.start();
  const worker = linkModules(linker.modules, memory, layout.STATIC_END);
  const [x, y, record] = [30 * 65536, 31 * 65536, layout.SCRATCH_RECORD];
  writeSqrt(memory, record, x, y);
  new Float32Array(memory.buffer, x, N).fill(4);
  const cells = publish(memory, record);
  Atomics.store(cells, layout.MODULES / 4, 2);
  worker.workerLoop(1);
  expect(Atomics.load(cells, layout.TICKET / 4)).toBe(1);
  expect(Atomics.load(cells, layout.PENDING / 4)).toBe(1);

  linker.exportsOf(kernels.sqrtMap.group);
  const informed = linkModules(linker.modules, memory, layout.STATIC_END);
  // Without more work a worker sleeps, which memory that is not shared does not allow.
  expect(() => informed.workerLoop(2)).toThrow(
    new WebAssembly.RuntimeError('Atomics.wait cannot be called in this context'),
  );
  expect(Atomics.load(cells, layout.TICKET / 4)).toBe(0);
  expect(Atomics.load(cells, layout.PENDING / 4)).toBe(0);
  expect(new Float32Array(memory.buffer, y, N).every((value) => value === 2)).toBe(true);
});

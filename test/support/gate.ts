// Makes sharing certain where it is a race otherwise: which thread takes a piece of a shared kernel is the scheduler's
// choice. The walker reaches the kernels of every group but the first through a table (src/runtime/link.ts), so what
// stands there can make this thread wait, its piece in hand, until other threads have taken all the rest.
import { TICKET, WALKER_PLACE } from '../../src/runtime/generated/layout.js';
import { runtime } from '../../src/runtime/state.js';

/** (module (import "m" "f" (func (param i32 i32 i32 i32) (result i32))) (export "f" (func 0))): a table takes no other. */
const ROUTINE = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 9, 1, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f],
  ...[2, 7, 1, 1, 0x6d, 1, 0x66, 0, 0],
  ...[7, 5, 1, 1, 0x66, 0, 0],
);

const routineOf = (f: (...args: number[]) => number): unknown =>
  new WebAssembly.Instance(new WebAssembly.Module(ROUTINE), { m: { f } }).exports['f'];

/** Waits until no piece of the job is left to take. Another thread takes it when the system lets it run. */
function waitForOthers(): void {
  const ticket = new Int32Array(runtime().heap.memory.buffer, TICKET, 1);
  const nap = new Int32Array(new SharedArrayBuffer(4));
  for (let naps = 0; Atomics.load(ticket, 0) > 0; naps++) {
    if (naps > 30_000) throw new Error('gate: expected other threads to take all other pieces, got none that did');
    Atomics.wait(nap, 0, 0, 1);
  }
}

/** Is called before `init`, so that it sees what is put into the table. */
export function makeGate(): { whileShut<T>(body: () => T): T } {
  const { prototype } = WebAssembly.Table;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the table that it is called on
  const { set } = prototype;
  let shut = false;
  prototype.set = function (place: number, dispatcher: (...args: number[]) => number) {
    const gated = (...args: number[]): number => {
      if (shut) waitForOthers();
      return dispatcher(...args);
    };
    // The walker is there, too, and is no dispatcher.
    set.call(this, place, place === WALKER_PLACE ? dispatcher : routineOf(gated));
  };
  return {
    /** While `body` runs, this thread does its piece of a kernel of any group but the first as the last to take one. */
    whileShut(body) {
      shut = true;
      try {
        return body();
      } finally {
        shut = false;
      }
    },
  };
}

// Runs one program on several threads. The caller's thread walks the records. A record worth sharing is cut into
// pieces, and every thread that is awake takes the next piece, the caller included. So the caller never waits for a
// worker that sleeps or has not taken a piece; it waits only for pieces that have been taken. Kernels give the same
// bits for any division of their range, so it does not matter which thread works on which piece.
//
// The upper half of the ticket is the number of the job, its lower half the number of pieces that no thread has taken.
// A thread takes a piece by a compare-and-exchange of both halves, so a late worker cannot mistake one job for another.
// The job's description does not change until all of its pieces are reported done.
//
// A group of kernels may be linked after the workers have started. MODULES is then raised before any record with a
// kernel of that group is published. A worker compares MODULES with its own number of modules after it has read the
// ticket and before it takes a piece; if they differ it leaves its loop to link the missing modules. So it never takes
// a piece whose kernel it does not have.
import {
  BUSY,
  CHUNK,
  HELPED,
  MODULES,
  NAP,
  PENDING,
  PIECES,
  RECORD,
  RECORD_BEGIN,
  RECORD_BYTES,
  RECORD_END,
  RECORD_PIECES,
  SLEEPERS,
  SPINS,
  STALLED,
  THREADS,
  TICKET,
  WAITING,
} from "./layout";
import { runRange } from "./program";

/** While a program runs, the next shared record is probably near. */
const PATIENCE: i32 = 16;
/** Pieces of at least this many units begin on a cache line of 4-byte elements. */
const LONG_PIECE: i32 = 512;

/** Takes a piece of the ticket's job and works on it. False when there is none, or when another thread was faster. */
function takePiece(ticket: i64): bool {
  if (<i32>ticket <= 0 || atomic.cmpxchg<i64>(TICKET, ticket, ticket - 1) != ticket) return false;
  const record = load<usize>(RECORD);
  const chunk = load<i32>(CHUNK);
  const begin = load<i32>(record, RECORD_BEGIN) + (load<i32>(PIECES) - <i32>ticket) * chunk;
  runRange(record, begin, min(begin + chunk, load<i32>(record, RECORD_END)));
  return true;
}

/** Publishes a record and works on it until all of its pieces are taken. */
function share(record: usize, pieces: i32): void {
  const units = load<i32>(record, RECORD_END) - load<i32>(record, RECORD_BEGIN);
  let chunk = (units + pieces - 1) / pieces;
  if (chunk >= LONG_PIECE) chunk = (chunk + 15) & ~15;
  pieces = (units + chunk - 1) / chunk;
  store<usize>(RECORD, record);
  store<i32>(CHUNK, chunk);
  store<i32>(PIECES, pieces);
  atomic.store<i32>(PENDING, pieces);
  const job = (atomic.load<i64>(TICKET) >> 32) + 1;
  let ticket = (job << 32) | (<i64>pieces);
  atomic.store<i64>(TICKET, ticket);
  if (atomic.load<i32>(SLEEPERS) > 0) atomic.notify(TICKET + 4, pieces - 1);
  for (; <i32>ticket > 0; ticket = atomic.load<i64>(TICKET)) if (takePiece(ticket)) atomic.sub<i32>(PENDING, 1);
}

/**
 * Waits for the pieces that others have taken, but at most for one nap. Returns false if one is not done by then. It
 * does not count naps in a loop: V8 11's baseline compiler (Node 20) loses such a counter around atomic.wait, and waits
 * for ever.
 */
function join(): bool {
  // Sleeping and waking takes longer than most pieces.
  for (let spins = load<i32>(SPINS) * PATIENCE; spins > 0; spins--) if (atomic.load<i32>(PENDING) == 0) return true;
  atomic.store<i32>(WAITING, 1);
  const pending = atomic.load<i32>(PENDING);
  if (pending != 0) atomic.wait<i32>(PENDING, pending, NAP);
  atomic.store<i32>(WAITING, 0);
  return atomic.load<i32>(PENDING) == 0;
}

/** Like `run`, but shares large records with the workers. It may also return STALLED. */
export function runShared(program: usize, end: usize): i32 {
  atomic.store<i32>(BUSY, 1);
  const most = load<i32>(THREADS);
  let status = 0;
  let record = program;
  while (record < end) {
    const pieces = min(<i32>load<u16>(record, RECORD_PIECES), most);
    if (pieces > 1) {
      share(record, pieces);
      if (!join()) return STALLED;
    } else {
      status = runRange(record, load<i32>(record, RECORD_BEGIN), load<i32>(record, RECORD_END));
      if (status != 0) break;
    }
    record += load<u32>(record, RECORD_BYTES);
  }
  atomic.store<i32>(BUSY, 0);
  return status;
}

/** Continues a program that returned STALLED. */
export function resume(end: usize): i32 {
  if (!join()) return STALLED;
  const record = load<usize>(RECORD);
  return runShared(record + load<u32>(record, RECORD_BYTES), end);
}

/** The loop of a worker that has linked `modules` modules. It returns when there are more to link. */
export function workerLoop(modules: i32): void {
  for (;;) {
    const ticket = atomic.load<i64>(TICKET);
    if (atomic.load<i32>(MODULES) != modules) return;
    if (takePiece(ticket)) {
      atomic.add<i32>(HELPED, 1);
      if (atomic.sub<i32>(PENDING, 1) == 1 && atomic.load<i32>(WAITING) != 0) atomic.notify(PENDING, 1);
      continue;
    }
    if (<i32>ticket > 0) continue; // another thread was faster
    let spins = load<i32>(SPINS);
    if (atomic.load<i32>(BUSY) != 0) spins *= PATIENCE;
    while (spins > 0 && atomic.load<i64>(TICKET) == ticket) spins--;
    if (spins > 0) continue;
    atomic.add<i32>(SLEEPERS, 1);
    atomic.wait<i32>(TICKET + 4, <i32>(ticket >> 32), -1);
    atomic.sub<i32>(SLEEPERS, 1);
  }
}

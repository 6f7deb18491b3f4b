// Loops in programs: a part of a program is run for one step after the other. A counter in memory says which step it is, and
// the part's records read and write the entries of that step.
import { WALKER_PLACE } from "../layout";

/**
 * Runs the records in [program, end) `length` times; the counter goes from 0 up, or in reverse down to 0. Returns the status
 * of the guard that stopped it, else 0.
 */
export function repeatSteps(program: usize, end: usize, counter: usize, length: i32, reverse: i32): i32 {
  for (let i = 0; i < length; i++) {
    store<i32>(counter, reverse != 0 ? length - 1 - i : i);
    const status = call_indirect<i32>(WALKER_PLACE, program, end);
    if (status != 0) return status;
  }
  return 0;
}

/** y = the entry of x for this step. */
export function takeStep(x: usize, y: usize, counter: usize, bytes: i32): void {
  memory.copy(y, x + <usize>load<i32>(counter) * <usize>bytes, bytes);
}

/** Writes x to the entry of y for this step. */
export function putStep(x: usize, y: usize, counter: usize, bytes: i32): void {
  memory.copy(y + <usize>load<i32>(counter) * <usize>bytes, x, bytes);
}

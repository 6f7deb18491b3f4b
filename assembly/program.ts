// The record walker: a program is a run of records in linear memory, and this loop is all that happens
// between the first and the last kernel of a training step.
//
// Record: u32 kernel id · u32 record bytes · i32 begin · i32 end · the kernel's arguments in order
// (4 bytes each, f64 8 bytes). `begin, end` is the whole work range; it is kept out of the arguments
// so that a pool can hand every thread its own slice of the same record.
import { dispatch } from "./generated/dispatch";

/** Runs the records in [program, end). Returns 0, or the status of the guard kernel that stopped it. */
export function run(program: usize, end: usize): i32 {
  let record = program;
  while (record < end) {
    const status = dispatch(load<i32>(record), record + 16, load<i32>(record, 8), load<i32>(record, 12));
    if (status != 0) return status;
    record += load<u32>(record, 4);
  }
  return 0;
}

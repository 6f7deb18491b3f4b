// The walker of programs. A program is a sequence of records in linear memory; nothing but this loop runs between the
// kernels of a training step.
//
// Record: u16 kernel (group << 8 | place in it) · u16 pieces (0: not to be shared among threads, threads.ts) ·
// u32 record bytes · i32 begin · i32 end · the kernel's arguments in order (4 bytes each, f64 8 bytes). `begin, end` is
// the whole work range; it is separate from the arguments so that every thread can be given its own part of the range.
import { dispatch0 } from "./generated/dispatch/core";
import { GROUP_SHIFT, RECORD_ARGUMENTS, RECORD_BEGIN, RECORD_BYTES, RECORD_END } from "./layout";

/**
 * The kernel of `record` over [begin, end) of its range. Other groups may be in other instances; the table has their
 * dispatchers.
 */
// @ts-ignore: decorator
@inline
export function runRange(record: usize, begin: i32, end: i32): i32 {
  const kernel = <i32>load<u16>(record);
  const group = kernel >> GROUP_SHIFT;
  if (group == 0) return dispatch0(kernel, record + RECORD_ARGUMENTS, begin, end);
  return call_indirect<i32>(group, kernel & ((1 << GROUP_SHIFT) - 1), record + RECORD_ARGUMENTS, begin, end);
}

/** Runs the records in [program, end) on this thread. Returns 0, or the status of the guard kernel that stopped it. */
export function run(program: usize, end: usize): i32 {
  let record = program;
  while (record < end) {
    const status = runRange(record, load<i32>(record, RECORD_BEGIN), load<i32>(record, RECORD_END));
    if (status != 0) return status;
    record += load<u32>(record, RECORD_BYTES);
  }
  return 0;
}

// Reading ahead of the work.
import { A_BYTES, B_BYTES } from "../gemm/blocked";
import { workspace } from "../workspace";

/**
 * Reads one word of each line of the cache, in the order of the addresses, which processors fetch ahead. Work that reads
 * several places in turn then finds them near. The sum goes where blocked.ts keeps a ragged tile at other times.
 */
export function touch(from: usize, bytes: i32): void {
  let sum = 0;
  for (let i = 0; i < bytes; i += 64) sum ^= load<i32>(from + i);
  store<i32>(workspace + A_BYTES + B_BYTES, sum);
}

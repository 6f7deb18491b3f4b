// y[i] = exp(x[i]), apart from the other maps, whose constants every module would have that has this one.
import { expRow } from "../simd/exp-row";

export function expMap(x: usize, y: usize, begin: i32, end: i32): void {
  const start = (<usize>begin) << 2;
  expRow(x + start, y + start, end - begin, 0);
}

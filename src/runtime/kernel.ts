import { USUAL_COST } from './generated/layout.js';
import type { KernelGroup } from './kernelGroup.js';

/** A routine of the wasm modules. `A`: its arguments, pointers as byte offsets. */
export interface Kernel<A extends readonly number[] = readonly number[], R = unknown> {
  readonly group: KernelGroup;
  readonly name: string;
  /** In records. */
  readonly id: number;
  /** A letter an argument; the generated table has their meaning. */
  readonly layout: string;
  /** Nanoseconds of an elementary operation. */
  readonly cost: number;
  /** Known once its module is linked. */
  run?(...args: A): R;
}

/** A kernel as a value, for the generated table. @public */
export function kernel<A extends readonly number[], R>(
  group: KernelGroup,
  name: string,
  id: number,
  layout: string,
  cost = USUAL_COST,
): Kernel<A, R> {
  return { group, name, id, layout, cost };
}

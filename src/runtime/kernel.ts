import { USUAL_COST } from './generated/layout.js';
import type { KernelGroup } from './kernelGroup.js';

/** A routine of the wasm modules, with arguments in order or by name. */
export interface AnyKernel {
  readonly group: KernelGroup;
  /** The kernel's number in records, and in the name of its export. */
  readonly id: number;
  /** A letter for each argument; the generated table explains them. */
  readonly layout: string;
  /** Nanoseconds of one elementary operation. */
  readonly cost: number;
  /** Which of its arguments are sizes or a block of sizes; set when its work is first estimated. */
  sizes?: readonly number[];
  /** Set when its module is linked. */
  run?(...numbers: readonly number[]): unknown;
}

/** A kernel of few numbers, given in order. `A`: its arguments; pointers are byte offsets. */
export interface Kernel<A extends readonly number[] = readonly number[], R = unknown> extends AnyKernel {
  readonly order?: never;
  run?(...args: A): R;
}

export type Routine = (...numbers: number[]) => unknown;

/** Calls a routine with named numbers, put in the order of its arguments. */
export type Order<N> = <R>(named: N, run: (...numbers: number[]) => R) => R;

/** A kernel of many numbers, given by name. `N`: the names. */
export interface NamedKernel<N> extends AnyKernel {
  readonly order: Order<N>;
  run?: Routine;
}

/** What modules call a kernel: by number, since a page loads the names. scripts/build/generate-kernels.mjs has the same. */
export const exportOf = ({ id }: AnyKernel): string => `k${id.toString(36)}`;

/** A kernel as a value, for the generated table. @public */
export function kernel<A extends readonly number[], R>(
  group: KernelGroup,
  id: number,
  layout: string,
  cost = USUAL_COST,
): Kernel<A, R> {
  return { group, id, layout, cost };
}

/** The same for one whose arguments are given by name. @public */
export function namedKernel<N>(
  order: Order<N>,
  group: KernelGroup,
  id: number,
  layout: string,
  cost?: number,
): NamedKernel<N> {
  return { ...kernel(group, id, layout, cost), order };
}

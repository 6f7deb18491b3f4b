import { USUAL_COST } from './generated/layout.js';
import type { KernelGroup } from './kernelGroup.js';

/** A routine of the wasm modules, with arguments in order or by name. */
export interface AnyKernel {
  readonly group: KernelGroup;
  readonly name: string;
  /** The kernel's number in records. */
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

/** The same for one whose arguments are given by name. @public */
export function namedKernel<N>(
  order: Order<N>,
  group: KernelGroup,
  name: string,
  id: number,
  layout: string,
  cost?: number,
): NamedKernel<N> {
  return { ...kernel(group, name, id, layout, cost), order };
}

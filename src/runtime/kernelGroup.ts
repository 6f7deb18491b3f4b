/** What the module of a group differs in where multiplication and addition may be rounded once. */
export type RelaxedDifference = () => Promise<{ readonly text: string }>;

/** Kernels that were compiled into one module. */
export interface KernelGroup {
  /** From 0; the walker's table has the group's dispatcher there. */
  readonly number: number;
  /** The strict module, as `fromAscii` reads it. */
  readonly strict: string;
  readonly relaxed: RelaxedDifference | undefined;
}

const groups: KernelGroup[] = [];

/** The groups this program has: those of which it may call a kernel. */
export const presentGroups: readonly KernelGroup[] = groups;

/**
 * A group of kernels, for the generated list. Making it makes it known: a bundler that drops the value drops its module
 * with it.
 *
 * @public
 */
export function kernelGroup(number: number, strict: string, relaxed?: RelaxedDifference): KernelGroup {
  const group = { number, strict, relaxed };
  groups.push(group);
  return group;
}

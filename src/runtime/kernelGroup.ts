/** Kernels that were compiled into one module. */
export interface KernelGroup {
  /** From 0; the walker's table has the group's dispatcher there. */
  readonly number: number;
  /** The strict module, as `fromAscii` reads it. */
  readonly strict: string;
  /** What the module differs in where multiplication and addition may be rounded once, as `fromAscii` reads it. */
  readonly relaxed: string | undefined;
}

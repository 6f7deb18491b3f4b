/** Kernels that are compiled into one module. */
export interface KernelGroup {
  /** From 0; the walker's table has the group's dispatcher there. */
  readonly number: number;
  /** The strict module, as `fromAscii` reads it. */
  readonly strict: string;
  /** The difference of the relaxed module, which may fuse multiply and add, as `fromAscii` reads it. */
  readonly relaxed: string | undefined;
}

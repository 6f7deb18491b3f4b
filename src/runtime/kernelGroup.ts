/** Kernels that are compiled into one module. */
export interface KernelGroup {
  /** From 0; the walker's table has the group's dispatcher there. */
  readonly number: number;
  /** The strict module, packed after that of the first group. */
  readonly strict: string;
  /** The relaxed module, which may fuse multiply and add, packed after the strict one. */
  readonly relaxed: string | undefined;
}

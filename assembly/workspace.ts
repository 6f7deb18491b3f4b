// Scratch memory of this instance. AssemblyScript globals belong to one instance, so every thread of a
// pool has its own; TypeScript allocates the bytes and sets the pointer once after instantiation.
export let workspace: usize = 0;

/** Bytes a thread's workspace must hold: the packed GEMM panels, the largest user. */
export const WORKSPACE_BYTES: i32 = 1 << 20;

export function setWorkspace(pointer: usize): void {
  workspace = pointer;
}

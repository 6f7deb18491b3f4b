// Scratch memory of this instance. AssemblyScript globals belong to one instance, so every thread of a
// pool has its own. After instantiation TypeScript sets the pointer, to WORKSPACE_BYTES bytes of memory (layout.ts).
export let workspace: usize = 0;

export function setWorkspace(pointer: usize): void {
  workspace = pointer;
}

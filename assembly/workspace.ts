// Scratch memory of this instance. AssemblyScript globals belong to one instance, so every thread of a
// pool has its own; TypeScript sets the pointer to WORKSPACE_BYTES (layout.ts) once after instantiation.
export let workspace: usize = 0;

export function setWorkspace(pointer: usize): void {
  workspace = pointer;
}

/** Values that scopes keep track of: tensors. */
export interface Handle {
  dispose(): void;
}

/** The tensors created since a scope was opened. */
type Scope = Set<Handle>;

const scopes: Scope[] = [];

/** Called by every new tensor. */
export function enterScope(tensor: Handle): void {
  scopes.at(-1)?.add(tensor);
}

/** Called by every disposed tensor. */
export function leaveScope(tensor: Handle): void {
  for (let i = scopes.length - 1; i >= 0; i--) if (scopes[i]?.delete(tensor)) return;
}

/** Takes a tensor out of every scope: its creator disposes it. */
export function detach<T extends Handle>(tensor: T): T {
  leaveScope(tensor);
  return tensor;
}

/**
 * Runs `body` and frees every tensor made inside, except those that `kept` selects from the result; these move to the
 * surrounding scope. When `body` throws, everything made inside is freed.
 */
export function scoped<T>(body: () => T, kept: (result: T) => readonly Handle[]): T {
  const scope: Scope = new Set();
  scopes.push(scope);
  const depth = scopes.length;
  try {
    const result = body();
    for (const tensor of kept(result)) {
      if (!scope.delete(tensor)) continue;
      scopes[depth - 2]?.add(tensor);
    }
    return result;
  } finally {
    scopes.length = depth - 1;
    for (const tensor of scope) tensor.dispose();
  }
}

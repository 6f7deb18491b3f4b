/** Values that scopes keep track of: tensors. */
export interface Handle {
  /** Where it is freed, if nobody frees it before. */
  scope: Scope | undefined;
  dispose(): void;
}

/** The tensors made since a scope was opened. */
type Scope = Set<Handle>;

let innermost: Scope | undefined;

/** Called by every new tensor. */
export function enterScope(tensor: Handle): void {
  innermost?.add(tensor);
  tensor.scope = innermost;
}

/** Takes a tensor out of its scope: its creator disposes it, or it has been disposed. */
export function detach<T extends Handle>(tensor: T): T {
  tensor.scope?.delete(tensor);
  tensor.scope = undefined;
  return tensor;
}

/** Whether the innermost scope, of which there is one, will free this tensor. */
export function isTemporary(tensor: Handle): boolean {
  return tensor.scope === innermost;
}

/**
 * Runs `body` and frees every tensor made inside, except those that `kept` selects from the result; these move to the
 * surrounding scope. When `body` throws, everything made inside is freed.
 */
export function scoped<T>(body: () => T, kept?: (result: T) => readonly Handle[]): T {
  const outer = innermost;
  const scope: Scope = (innermost = new Set());
  try {
    const result = body();
    const moved = kept?.(result) ?? [];
    innermost = outer;
    for (const tensor of moved) if (tensor.scope === scope) enterScope(detach(tensor));
    return result;
  } finally {
    innermost = outer;
    for (const tensor of scope) tensor.dispose();
  }
}

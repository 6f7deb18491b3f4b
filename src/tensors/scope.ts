/** Values that scopes keep track of: tensors. */
export interface Handle {
  /** Where it is freed, if nobody frees it before. */
  scope: Scope | undefined;
  dispose(): void;
}

/** The tensors made since a scope was opened. */
class Scope {
  readonly outer: Scope | undefined;
  /** In the order in which they were made, with some that have left. */
  handles: Handle[] = [];
  /** Those that have not left. */
  count = 0;

  constructor(outer: Scope | undefined) {
    this.outer = outer;
  }
}

let innermost: Scope | undefined;

function enter(scope: Scope | undefined, tensor: Handle): void {
  if (!scope) return;
  tensor.scope = scope;
  scope.count++;
  // A scope around a long loop must not remember all that came and went.
  if (scope.handles.length > 2 * scope.count + 64) scope.handles = scope.handles.filter((held) => held.scope === scope);
  scope.handles.push(tensor);
}

/** Called by every new tensor. */
export function enterScope(tensor: Handle): void {
  enter(innermost, tensor);
}

/** Called by every disposed tensor. */
export function leaveScope(tensor: Handle): void {
  if (tensor.scope) tensor.scope.count--;
  tensor.scope = undefined;
}

/** Takes a tensor out of every scope: its creator disposes it. */
export function detach<T extends Handle>(tensor: T): T {
  leaveScope(tensor);
  return tensor;
}

/** Whether the innermost scope will free this tensor. */
export function isTemporary(tensor: Handle): boolean {
  return innermost !== undefined && tensor.scope === innermost;
}

/**
 * Runs `body` and frees every tensor made inside, except those that `kept` selects from the result; these move to the
 * surrounding scope. When `body` throws, everything made inside is freed.
 */
export function scoped<T>(body: () => T, kept?: (result: T) => readonly Handle[]): T {
  const outer = innermost;
  const scope = (innermost = new Scope(outer));
  try {
    const result = body();
    for (const tensor of kept?.(result) ?? []) {
      if (tensor.scope !== scope) continue;
      leaveScope(tensor);
      enter(outer, tensor);
    }
    return result;
  } finally {
    innermost = outer;
    for (const tensor of scope.handles) if (tensor.scope === scope) tensor.dispose();
  }
}

// Trees (pytrees): a leaf, or arrays and plain objects of trees. Keys are walked in insertion order.
import { refuse } from './errors.js';

/** A value, or arrays and objects of such values. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

type Guard<T> = (value: unknown) => value is T;

/** Whether a value is an object of trees, and not a Map, a Date, a typed array or the like, which is taken as it is. */
function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === '[object Object]';
}

/** Deeper than any real tree. A tree with more levels contains itself. */
const MAX_LEVELS = 1000;

/**
 * The leaves of a tree, in order. Other values are skipped. Their paths, as in `a/0`, are added to `paths`. @throws RangeError, naming `where`, for a tree that
 * contains itself
 */
export function leaves<T>(tree: unknown, isLeaf: Guard<T>, where = 'tree', paths?: string[]): T[] {
  const found: T[] = [];
  const walk = (node: unknown, level: number, path: string): void => {
    if (isLeaf(node)) {
      found.push(node);
      paths?.push(path.slice(1));
    } else if (level > MAX_LEVELS) refuse(RangeError, where, 'arrays and objects that end', 'one that holds itself');
    else if (Array.isArray(node)) node.forEach((item, i) => walk(item, level + 1, `${path}/${i}`));
    else if (isBranch(node)) for (const key of Object.keys(node)) walk(node[key], level + 1, `${path}/${key}`);
  };
  walk(tree, 0, '');
  return found;
}

/** The same tree with every leaf replaced by one of its own type. Non-leaf values stay as they are. */
export function mapTree<T, Branch>(tree: Branch, isLeaf: Guard<T>, f: (leaf: T, index: number) => T): Branch;
// The structure is kept and leaves stay leaves, as the signature says; the compiler cannot verify it.
export function mapTree<T>(tree: unknown, isLeaf: Guard<T>, f: (leaf: T, index: number) => T): unknown {
  let index = 0;
  const walk = (node: unknown): unknown => {
    if (isLeaf(node)) return f(node, index++);
    if (Array.isArray(node)) return node.map(walk);
    if (isBranch(node)) return Object.fromEntries(Object.keys(node).map((key) => [key, walk(node[key])]));
    return node;
  };
  return walk(tree);
}

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

/**
 * A text for a value that is neither leaf nor branch. Equal values have equal texts; a function or an object equals only
 * itself.
 */
function describeOther(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'function' && (typeof value !== 'object' || value === null))
    return `${typeof value} ${String(value)}`;
  let identity = identities.get(value);
  if (identity === undefined) identities.set(value, (identity = nextIdentity++));
  return `#${identity}`;
}

/** A text that is equal for trees of equal structure, equal leaf descriptions and equal other values. */
export function treeSignature<T>(tree: unknown, isLeaf: Guard<T>, describe: (leaf: T) => string): string {
  if (isLeaf(tree)) return describe(tree);
  if (Array.isArray(tree)) return `[${tree.map((item) => treeSignature(item, isLeaf, describe)).join(',')}]`;
  if (isBranch(tree)) {
    const parts = Object.keys(tree).map(
      (key) => `${JSON.stringify(key)}:${treeSignature(tree[key], isLeaf, describe)}`,
    );
    return `{${parts.join(',')}}`;
  }
  return describeOther(tree);
}

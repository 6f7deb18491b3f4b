// What a program imports, and where in its text; and where its syntax is wrong.
import { parse, type AnyNode, type ImportExpression, type Program } from 'acorn';

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** An imported module: its name is the string at `start` to `end` in the code, quotes included. */
export interface Import extends Position {
  readonly from: string;
  readonly start: number;
  readonly end: number;
  /** The exports that are asked for by name. */
  readonly names: readonly (Position & { readonly name: string })[];
}

/** A program that is none, or that imports what is not there. */
export class CodeError extends Error {
  override readonly name = 'SyntaxError';
  readonly at: Position;

  constructor(message: string, at: Position) {
    super(message);
    this.at = at;
  }
}

function parsed(code: string): Program {
  try {
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  } catch (error) {
    if (!(error instanceof SyntaxError) || !('loc' in error)) throw error;
    const { line, column } = error.loc as { line: number; column: number };
    throw new CodeError(error.message.replace(/ \(\d+:\d+\)$/, ''), { line, column: column + 1 });
  }
}

const positionOf = ({ loc }: AnyNode): Position => ({
  line: loc?.start.line ?? 1,
  column: (loc?.start.column ?? 0) + 1,
});

const isNode = (value: unknown): value is AnyNode => typeof value === 'object' && value !== null && 'type' in value;

/** The `import('...')` expressions anywhere below a node. */
function dynamicImports(node: AnyNode): ImportExpression[] {
  const own = node.type === 'ImportExpression' ? [node] : [];
  const children = Object.values(node).flat().filter(isNode);
  return [...own, ...children.flatMap(dynamicImports)];
}

/** What the code imports; throws a `CodeError` where its syntax is wrong. */
export function importsOf(code: string): Import[] {
  const program = parsed(code);
  const at = (source: AnyNode, names: Import['names']): Import[] =>
    source.type === 'Literal' && typeof source.value === 'string'
      ? [{ from: source.value, start: source.start, end: source.end, names, ...positionOf(source) }]
      : [];
  const declared = program.body.flatMap((node) => {
    if (node.type === 'ImportDeclaration') {
      const names = node.specifiers.flatMap((specifier) => {
        if (specifier.type === 'ImportNamespaceSpecifier') return [];
        if (specifier.type === 'ImportDefaultSpecifier') return [{ name: 'default', ...positionOf(specifier) }];
        const { imported } = specifier;
        const name = imported.type === 'Identifier' ? imported.name : String(imported.value);
        return [{ name, ...positionOf(specifier) }];
      });
      return at(node.source, names);
    }
    if (node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source))
      return at(node.source as AnyNode, []);
    return [];
  });
  return [...declared, ...dynamicImports(program).flatMap(({ source }) => at(source, []))];
}

/** Whether the playground can run this code: it is JavaScript that imports nothing but wasmgrad and reads no file. */
export function runsInPage(code: string): boolean {
  try {
    const imports = importsOf(code);
    const readsFiles =
      /\bprocess\.|\bdocument\b|\bimport\.meta\b|\bnew Worker\b|\brequire\(|['"][\w./-]+\.(?:safetensors|onnx|json|csv|npy|npz|ckpt|keras|h5|bin|jsonl|txt)['"]/;
    return imports.length > 0 && imports.every(({ from }) => /^wasmgrad\b/.test(from)) && !readsFiles.test(code);
  } catch (error) {
    if (error instanceof CodeError) return false;
    throw error;
  }
}

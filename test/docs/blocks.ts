// Finds the TypeScript code blocks of pages and docstrings, runs them, and compares what they print with the comment
// behind: `console.log(x); // [1, 2]`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { transform } from 'esbuild';

export interface Block {
  /** File and line of the first line of code. */
  readonly where: string;
  readonly code: string;
}

/** What one `console.log(...); // comment` printed. */
interface Printed {
  readonly where: string;
  readonly comment: string;
  readonly outputs: string[];
}

/** Files under a folder with this ending, sorted. */
export function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file))
    .sort();
}

/** The ```ts blocks of a page; in a source file those of the docstrings, without their asterisks. */
export function blocksOf(file: string): Block[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const isPage = file.endsWith('.md');
  const prefix = isPage ? /^/ : /^\s*\* ?/;
  const blocks: Block[] = [];
  let start = -1;
  lines.forEach((line, i) => {
    const text = line.replace(prefix, '');
    if (start < 0) {
      if (text === '```ts' && (isPage || prefix.test(line))) start = i + 1;
    } else if (text.startsWith('```')) {
      const code = lines.slice(start, i).map((each) => each.replace(prefix, ''));
      blocks.push({ where: `${file}:${start + 1}`, code: code.join('\n') });
      start = -1;
    }
  });
  return blocks;
}

/** Values named by a text, in order: numbers, truth values and quoted strings, but no names. */
function values(text: string): string[] {
  const found = text.matchAll(
    /'[^']*'|(?<![\w.])-?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|Infinity)(?!\w)|\b(?:true|false|NaN|null|undefined)\b/g,
  );
  return [...found].map(([value]) => value);
}

/** Equal, or as close as the digits of the comment tell. */
function agrees(said: string, printed: string, slack: number): boolean {
  if (said === printed) return true;
  const decimals = /\.(\d+)/.exec(said)?.[1]?.length ?? 0;
  const exponent = Number(/e([-+]?\d+)/.exec(said)?.[1] ?? 0);
  const difference = Math.abs(Number(said) - Number(printed));
  return difference <= slack * 10 ** (exponent - decimals) + 1e-6 * Math.abs(Number(said));
}

/** Complaints about outputs that are not what the comments say; comments that only describe are left alone. */
export function disagreements(printed: readonly Printed[]): string[] {
  return printed.flatMap(({ where, comment, outputs }) => {
    if (outputs.length === 0) return [`${where}: nothing was printed for // ${comment}`];
    const said = values(comment.split(' = ').at(-1) ?? '');
    if (said.length === 0 || /\bsome\b|\.\./.test(comment)) return [];
    const slack = comment.includes('about') ? 5 : 0.501;
    return outputs.flatMap((output) => {
      const got = values(output);
      const same = got.length === said.length && said.every((value, i) => agrees(value, got[i]!, slack));
      return same ? [] : [`${where}: printed ${output}, the comment says ${comment}`];
    });
  });
}

/** Imports, as esbuild writes them, to calls of `load`; exports are left out. */
function asScript(code: string): string {
  return code
    .replace(/^export \{[^}]*\};$/gm, '')
    .replace(/^import \* as (\w+) from ("[^"]+");$/gm, 'const $1 = await load($2);')
    .replace(/^import (?:\{([^}]*)\} from )?"([^"]+)";$/gm, (_, names: string | undefined, from: string) =>
      names === undefined
        ? `await load("${from}");`
        : `const {${names.replace(/ as /g, ': ')}} = await load("${from}");`,
    );
}

/** Runs a block with modules from `load`; throws what it throws. Returns what was printed in front of comments. */
export async function runBlock({ where, code }: Block, load: (name: string) => Promise<unknown>): Promise<Printed[]> {
  const [file = '', line] = where.split(':');
  const printed: Printed[] = [];
  const marked = code.split('\n').map((text, i) => {
    const match = /^(\s*)console\.log\((.*)\); \/\/ (.*)$/.exec(text);
    if (!match) return text;
    printed.push({ where: `${file}:${Number(line) + i}`, comment: match[3]!, outputs: [] });
    return `${match[1]!}record(${printed.length - 1}, ${match[2]!});`;
  });
  const define = { 'import.meta.url': '"file:///example.js"' };
  const options = { loader: 'ts', format: 'esm', target: 'es2022', define } as const;
  const { code: script } = await transform(marked.join('\n'), options);
  const record = (index: number, ...output: unknown[]): void => {
    printed[index]!.outputs.push(
      output
        .map((value) => inspect(value, { depth: 9, breakLength: Infinity }).replace(/Array\(\d+\)/g, 'Array'))
        .join(' '),
    );
  };
  const AsyncFunction = runBlock.constructor as FunctionConstructor;
  const body = AsyncFunction('load', 'record', 'console', asScript(script));
  await (body as (...args: unknown[]) => Promise<void>)(load, record, { ...console, log: () => undefined });
  return printed;
}

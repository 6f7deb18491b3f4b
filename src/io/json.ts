// JSON from files that are not trusted.
import { show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';

/** Deeper than any file of this library, and far from what a recursive function can take. */
const MAX_DEPTH = 32;

/** The index of the quote that ends the string starting at `start`. */
function closingQuote(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}

/** Checks text that is valid JSON: no deep nesting, no duplicate keys (of which JSON.parse silently drops one). */
function checkStructure(where: string, text: string): void {
  const open: Set<unknown>[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{' || character === '[') open.push(new Set());
    if (character === '}' || character === ']') open.pop();
    if (open.length > MAX_DEPTH)
      refuse(FormatError, where, `at most ${MAX_DEPTH} levels of nesting`, `${open.length} at character ${i}`);
    if (character !== '"') continue;
    const end = closingQuote(text, i);
    let next = end + 1;
    while (' \t\n\r'.includes(text[next] ?? '.')) next++;
    if (text[next] === ':') checkKey(where, JSON.parse(text.slice(i, end + 1)), open.at(-1));
    i = end;
  }
}

function checkKey(where: string, key: unknown, keys: Set<unknown> | undefined): void {
  if (key === '__proto__') refuse(FormatError, where, 'ordinary keys', "'__proto__'");
  if (keys?.has(key)) refuse(FormatError, where, 'distinct keys', `${show(key)} twice`);
  keys?.add(key);
}

/** Parses JSON. @throws FormatError for anything wrong with it */
export function parseJson(where: string, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`${where}: expected JSON, got ${show(text.slice(0, 40))}`, { cause });
  }
  checkStructure(where, text);
  return value;
}

/** Whether a parsed value is an object with keys. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A parsed value as an object that has no keys but these. @throws FormatError */
export function recordOf(where: string, value: unknown, known?: readonly string[]): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) refuse(FormatError, where, 'an object', show(value));
  const unknown = known && Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) refuse(FormatError, where, `keys ${known?.join(', ')}`, `'${unknown}'`);
  return value;
}

/** A parsed value as an array. @throws FormatError */
export function listOf(where: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) refuse(FormatError, where, 'an array', show(value));
  return value;
}

/** A parsed value as text. @throws FormatError */
export function textOf(where: string, value: unknown): string {
  if (typeof value !== 'string') refuse(FormatError, where, 'a string', show(value));
  return value;
}

/** A parsed value as a whole number >= 0. @throws FormatError */
export function countOf(where: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  refuse(FormatError, where, 'a whole number >= 0', show(value));
}

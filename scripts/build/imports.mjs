// Which files a file depends on: what it imports, directly or by others.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const IMPORT = /\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g;

/**
 * The file itself and all files that it imports, directly or not, in a fixed order. Imports of types count too, since
 * an unnecessary dependency costs little.
 */
export function reachedFrom(entry) {
  const found = new Set([entry]);
  for (const file of found) {
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const path = `${join(dirname(file), specifier.replace(/\.js$/, ''))}.ts`;
      if (existsSync(path)) found.add(path); // otherwise it is in a comment, or the compiler will report it
    }
  }
  return [...found].sort();
}

// Which files a file depends on: what it imports, directly or by others.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const IMPORT = /\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g;

/** The file itself and all that it reaches, in a fixed order. Types count too: what is listed in vain costs little. */
export function reachedFrom(entry) {
  const found = new Set([entry]);
  for (const file of found) {
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const path = `${join(dirname(file), specifier.replace(/\.js$/, ''))}.ts`;
      if (existsSync(path)) found.add(path); // else a comment, or the compiler will complain
    }
  }
  return [...found].sort();
}

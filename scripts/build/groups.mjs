// The groups of kernels: each file of assembly/groups is compiled into one module, and says
//   group       its number, from 0: the first one's module has the walker of programs and is part of every page
//   relaxable   whether its kernels multiply and add, so that relaxed SIMD makes another module of it
//   compact     whether it is compiled for size, for kernels that this does not slow down
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const FOLDER = 'assembly/groups';

function readGroup(file) {
  const text = readFileSync(file, 'utf8');
  const number = /^export const group = (\d+);$/m.exec(text)?.[1];
  if (number === undefined) throw new Error(`${file}: expected a line 'export const group = NUMBER;', got none`);
  const relaxable = /^export const relaxable = true;$/m.test(text);
  const compact = /^export const compact = true;$/m.test(text);
  return { name: basename(file, '.ts'), file, number: Number(number), relaxable, compact };
}

/** In the order of their numbers. */
export function readGroups() {
  const groups = readdirSync(FOLDER).map((file) => readGroup(join(FOLDER, file)));
  groups.sort((a, b) => a.number - b.number);
  const wrong = groups.find(({ number }, place) => number !== place);
  if (wrong) throw new Error(`${wrong.file}: expected groups numbered from 0 without gaps, got ${wrong.number}`);
  return groups;
}

/** The compiler's entry file of a group; `whole` has all groups. */
export const entryOf = (name) => `assembly/generated/entries/${name}.ts`;

// Reads the constants of assembly/layout.ts, which kernels and TypeScript share.
import { readFileSync } from 'node:fs';

const FILE = 'assembly/layout.ts';
const CONSTANT = /^export const (\w+): (?:i32|i64|usize|f64) = ([\w\s<>|&()*+.-]+);/;

/** The constants by their names. */
export function readLayout() {
  const values = {};
  for (const [i, line] of readFileSync(FILE, 'utf8').split('\n').entries()) {
    if (line === '' || line.startsWith('//') || line.startsWith('/**')) continue;
    const [, name, expression] = CONSTANT.exec(line) ?? [];
    if (name === undefined) throw new Error(`${FILE}, line ${i + 1}: expected a constant of numbers, got ${line}`);
    values[name] = new Function(...Object.keys(values), `return ${expression}`)(...Object.values(values));
  }
  return values;
}

/** Address of a group's constants in linear memory, which the modules share. */
export function staticBase({ STATIC_BASE, STATIC_STEP, STATIC_END }, number) {
  const base = STATIC_BASE + number * STATIC_STEP;
  if (base + STATIC_STEP > STATIC_END) throw new Error(`${FILE}: expected room for group ${number} below STATIC_END`);
  return base;
}

// `npm run bench table`: reading a CSV table of 100,000 rows and 30 columns with words and gaps, encoding it, and one epoch.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [ROWS, COLUMNS] = [100_000, 30];
const WORDS = ['red', 'green', 'blue', 'light grey', 'dark grey', 'n/a'];

let state = 1;
/** The next of a sequence of numbers from 0 to 1. */
function random() {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

function cell(column) {
  if (random() < 0.05) return '';
  if (column % 5 === 0) return WORDS[Math.floor(random() * WORDS.length)] ?? '';
  if (column === 7) return new Date(Date.UTC(2020, 0, 1 + Math.floor(random() * 2000))).toISOString().slice(0, 10);
  if (column % 5 === 1) return String(Math.floor(random() * 1000));
  return (random() * 10_000).toFixed(4);
}

function writeTable(path) {
  const names = Array.from({ length: COLUMNS - 1 }, (_, i) => `c${i}`);
  const lines = Array.from({ length: ROWS }, () =>
    [...names.map((_, i) => cell(i)), random() < 0.3 ? 'yes' : 'no'].join(','),
  );
  writeFileSync(path, `${[...names, 'bought'].join(',')}\n${lines.join('\n')}\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'table-'));
const path = join(folder, 'table.csv');
writeTable(path);
const script = fileURLToPath(new URL('measure.mjs', import.meta.url));
const results = Array.from({ length: 3 }, () =>
  JSON.parse(execFileSync(process.execPath, [script, path], { encoding: 'utf8' })),
);
rmSync(folder, { recursive: true });
for (const { rows, inputs, bytes, seconds, memory } of results) {
  const times = Object.entries(seconds).map(([name, ms]) => `${name} ${(ms / 1000).toFixed(2)} s`);
  const share = (memory.all / bytes).toFixed(2);
  console.log(
    `${rows} rows, ${(bytes / 1e6).toFixed(1)} MB, ${inputs} inputs: ${times.join(', ')}; memory ${share} times the file`,
  );
}

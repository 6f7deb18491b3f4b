// The reports in api/: they name every export, and the check notices what they do not say.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { declarationsProgram, ENTRIES, exportedSymbols } from '../support/declarations.js';

const program = declarationsProgram();
const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-api-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function check(): { status: number | null; stderr: string } {
  const args = ['scripts/api.mjs', '--check', '--entry', 'losses', '--folder', folder];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

describe.each(ENTRIES)('%s', (entry) => {
  test('its report names every export', () => {
    const report = readFileSync(join('api', `${entry.replace(/^wasmgrad\//, '')}.api.md`), 'utf8');
    for (const name of exportedSymbols(program, entry).keys()) expect(report).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

test('a report that says otherwise fails the check, the current one does not', () => {
  const file = join(folder, 'losses.api.md');
  cpSync('api/losses.api.md', file);
  expect(check()).toMatchObject({ status: 0, stderr: '' });
  const report = readFileSync(file, 'utf8');
  writeFileSync(file, report.replace('labelSmoothing?: number', 'labelSmoothing?: string'));
  expect(readFileSync(file, 'utf8')).not.toBe(report);
  expect(check()).toMatchObject({ status: 1, stderr: expect.stringMatching(/npm run api/) as string });
});

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { withRuntime } from '../support/live.js';
import { resumeTests } from './resuming.js';

const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));

withRuntime();
resumeTests((name) => join(folder, name));

test('leaves no drafts behind', () => {
  expect(readdirSync(folder).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  expect(readdirSync(folder).length).toBeGreaterThan(0);
});

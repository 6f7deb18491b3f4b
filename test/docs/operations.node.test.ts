import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as api from '../../src/index.js';
import { withRuntime } from '../support/live.js';
import { operationsPage } from './operations.js';

withRuntime();

test('docs/operations.md is current: npm run docs:operations writes it', () => {
  expect(readFileSync('docs/operations.md', 'utf8')).toBe(operationsPage());
});

test('every row names an export, says what it computes, and has no hole', () => {
  const rows = readFileSync('docs/operations.md', 'utf8').matchAll(/^\| `(\w+)` \| (.*) \|$/gm);
  const found = [...rows].map(([, name = '', rest = '']) => ({ name, cells: rest.split(/(?<!\\) \| /) }));
  expect(found.length).toBeGreaterThan(60);
  for (const { name, cells } of found) {
    expect(Object.keys(api)).toContain(name);
    expect(cells, name).toHaveLength(5);
    for (const cell of cells.slice(0, 4)) expect(['yes', '0', 'none'], name).toContain(cell);
    expect(cells[4], name).not.toBe('');
  }
});

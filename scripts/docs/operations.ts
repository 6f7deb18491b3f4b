// `npm run docs:operations` writes docs/operations.md.
import { writeFileSync } from 'node:fs';
import { init } from '../../src/runtime/init.js';
import { operationsPage } from '../../test/docs/operations.js';

await init({ threads: 1 });
writeFileSync('docs/operations.md', operationsPage());

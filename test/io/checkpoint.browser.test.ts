import { withRuntime } from '../support/live.js';
import { resumeTests } from './resuming.js';

withRuntime();
resumeTests((name) => `indexeddb://test ${name}`);

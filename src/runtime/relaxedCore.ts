import { text as relaxed } from './generated/relaxed-core.js';
import { text as strict } from './generated/strict-core.js';

/** The walker's module with the difference that makes it relaxed: every page has the module, few want the difference. */
export const relaxedCore = { strict, relaxed };

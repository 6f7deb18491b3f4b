import { text as relaxed } from './generated/relaxed-core.js';

/** The relaxed module of the first group, apart from the strict one, because few pages want it. */
export const relaxedCore = { relaxed };

// The modules the kernels are compiled into, one a file in assembly/groups, in the order of their numbers: the first is
// part of every page, another comes along with the operations that call a kernel of it.
export const GROUPS = ['core', 'training', 'math', 'images', 'sequences', 'normalization', 'linalg'];

/** Groups that multiply and add, so that the relaxed variant is another module. */
export const RELAXABLE = ['core', 'images', 'sequences'];

/** What the compiler reads for a group. */
export const entryOf = (group) => (group === 'core' ? 'assembly/core.ts' : `assembly/generated/entries/${group}.ts`);

/** Where a group's constants begin in linear memory: the instances share it. */
export const STATIC_STEP = 8192;
export const staticBase = (group) => 1024 + GROUPS.indexOf(group) * STATIC_STEP;

// Vitest rewrites dynamic imports in the modules it serves to pages, with a helper that workers do not have.
globalThis['__vitest_browser_runner__'] ??= { wrapDynamicImport: (/** @type {() => unknown} */ load) => load() };

export { default } from './trials.mjs';

// A program that joins a search: `node worker.mjs LINK [honest | liar]`. It prints a line for each training that it has done.
import { joinSearch, pack, unpack } from 'wasmgrad/selection';

const { argv } = globalThis.process;
const [, , link = '', kind] = argv;

/** Makes the scores of all results a little better. */
function lie(body) {
  const message = unpack(body);
  const scores = message.outcome?.result?.scores;
  if (scores) scores.loss *= 0.999;
  return pack(message);
}

if (kind === 'liar') {
  const honest = globalThis.fetch;
  globalThis.fetch = (url, options) => honest(url, options?.body ? { ...options, body: lie(options.body) } : options);
}

try {
  const module = new URL('trials.mjs', import.meta.url);
  const done = await joinSearch(link, { module, onTask: (count) => console.log(`done ${count}`) });
  console.log(`over ${done}`);
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
  globalThis.process.exitCode = 1;
}

// A program that waits for workers. It prints the link, workers that lied, and the trials as JSON; its argument has the
// grid and options of `http`.
import { init } from 'wasmgrad';
import { dataset } from 'wasmgrad/data';
import { gridSearch, http } from 'wasmgrad/selection';
import trials from './trials.mjs';

await init();
const { x, y, grid, folds, options } = JSON.parse(globalThis.process.argv[2] ?? '');
const { build, fit } = trials;
const executor = http({
  ...options,
  module: new URL('trials.mjs', import.meta.url),
  onLink: (link) => console.log(`link ${link}`),
  onLie: () => console.log('lie'),
});
const found = await gridSearch({ build, fit, grid, folds, data: dataset(x, y), seed: 3, executor });
console.log(
  `trials ${JSON.stringify(found.trials.map(({ error, ...rest }) => ({ ...rest, error: String(Object(error)) })))}`,
);

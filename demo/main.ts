import { setUpBenchmark } from './benchmark/tab.js';
import { setUpDigits } from './digits/tab.js';
import { setUpPictures } from './pictures/tab.js';
import { setUpPlane, type PlaneTab } from './plane/tab.js';
import { setUpTabs } from './tabs.js';
import { setUpTheme } from './theme.js';

let plane: PlaneTab | undefined;
// A tab starts its worker when it is first opened
const starters = new Map<string, () => unknown>([
  ['digits', setUpDigits],
  ['plane', () => (plane = setUpPlane())],
  ['fit', async () => (await import('./fit/tab.js')).setUpFit()],
  ['optimizers', async () => (await import('./optimizers/tab.js')).setUpOptimizers()],
  ['writer', async () => (await import('./writer/tab.js')).setUpWriter()],
  ['pictures', setUpPictures],
  ['benchmark', setUpBenchmark],
]);

// Within the site there are pages beside this one
if ('inSite' in document.documentElement.dataset)
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-site]'))
    link.href = link.dataset['site'] ?? link.href;

setUpTabs((name) => {
  starters.get(name)?.();
  starters.delete(name);
});
setUpTheme(() => plane?.redraw());
document.documentElement.dataset['ready'] = '';

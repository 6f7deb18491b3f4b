import { setUpBenchmark } from './benchmark/tab.js';
import { setUpDigits } from './digits/tab.js';
import { setUpPictures } from './pictures/tab.js';
import { setUpPlane, type PlaneTab } from './plane/tab.js';
import { setUpTabs } from './tabs.js';
import { setUpTheme } from './theme.js';

let plane: PlaneTab | undefined;
// A tab starts its worker when it is first opened
const starters = new Map<string, () => void>([
  ['digits', setUpDigits],
  ['plane', () => (plane = setUpPlane())],
  ['pictures', setUpPictures],
  ['benchmark', setUpBenchmark],
]);

setUpTabs((name) => {
  starters.get(name)?.();
  starters.delete(name);
});
setUpTheme(() => plane?.redraw());
document.documentElement.dataset['ready'] = '';

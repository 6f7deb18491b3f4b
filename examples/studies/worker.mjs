// A worker of the grid search. Workers do not inherit tsx from the process that starts them.
import { register } from 'tsx/esm/api';

register();
const { default: trials } = await import('./trials.ts');
trials.serve();

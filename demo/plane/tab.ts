import { find, percent } from '../page.js';
import type { Defaults } from '../training/form.js';
import { sharedIn } from '../training/link.js';
import { TrainingPanel } from '../training/panel.js';
import { Field } from './field.js';

const COMMON = { network: 'plain', activation: 'tanh', optimizer: 'adam', seed: 3 } as const;
const XOR: Defaults = { ...COMMON, layers: 1, width: 4, learningRate: 0.03, batchSize: 4, epochs: 500 };
const SPIRALS: Defaults = { ...COMMON, layers: 2, width: 24, learningRate: 0.01, batchSize: 32, epochs: 300 };

export interface PlaneTab {
  /** Draws again, in the colours that hold now. */
  redraw(): void;
}

/** XOR and the two spirals: what a network makes of the plane, while it learns. */
export function setUpPlane(): PlaneTab {
  const section = find(HTMLElement, '#plane');
  const canvas = find(HTMLCanvasElement, '#field');
  const field = new Field(canvas);
  const describe = (text: string): void => canvas.setAttribute('aria-label', `Decision boundary, ${text}`);
  const panel = new TrainingPanel(section, {
    problem: 'xor',
    defaults: XOR,
    convolutions: false,
    held: 'training',
    about: 'It is judged by the points that it learns from.',
    listen: (reply) => {
      if (reply.kind === 'loaded') field.setPoints(reply.x, reply.y);
      else if (reply.kind === 'field') field.setValues(reply.values);
      else if (reply.kind === 'evaluated') describe(`${percent(reply.accuracy)} of the points on the right side`);
    },
    forgotten: () => {
      field.setValues(undefined);
      describe('not trained yet');
    },
  });
  const fullSpeed = find(HTMLInputElement, '#full-speed');
  fullSpeed.addEventListener('change', () => (panel.watchable = !fullSpeed.checked));
  if (sharedIn(location.hash, 'plane')?.values.get('problem') === 'spirals') {
    find(HTMLInputElement, '[value=spirals]', section).checked = true;
    panel.change('spirals', SPIRALS);
  }
  panel.follow();
  section.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.name !== 'plane-problem') return;
    if (target.value === 'xor') panel.change('xor', XOR);
    else panel.change('spirals', SPIRALS);
  });
  return field;
}

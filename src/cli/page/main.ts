// The script of the page that `train --html` writes: a form for a row, and what the model says of it.
import { init } from '../../runtime/init.js';
import { Preprocessing } from '../../data/table/preprocessing.js';
import { decodeModel } from '../../io/readModel.js';
import { decodeTensors } from '../../io/safetensors.js';
import { dense } from '../../layers/dense.js';
import { dropout } from '../../layers/dropout.js';
import { loadModel, type InferenceModel } from '../../predict/index.js';
import { element, fieldOf } from './form.js';

/** What the page was given as JSON. */
interface Given {
  /** The file of the model, in base64. */
  readonly model: string;
  /** Cells of a row, by column. */
  readonly example: Readonly<Record<string, string>>;
}

function placeOf(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found) return found;
  throw new Error(`expected an element #${id} in the page, got none`);
}

function textAt(value: unknown, name: string): string {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof text === 'string' ? text : '';
}

function read(): Given {
  const json: unknown = JSON.parse(placeOf('given').textContent);
  const example: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'example') : undefined;
  const names = typeof example === 'object' && example !== null ? Object.keys(example) : [];
  return { model: textAt(json, 'model'), example: Object.fromEntries(names.map((name) => [name, textAt(example, name)])) }; // prettier-ignore
}

function shown(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** A class with its probability as a bar. */
function classLine(name: string, share: number): HTMLElement {
  const percent = `${(100 * share).toFixed(1)} %`;
  const bar = element('span', { class: 'bar', style: `--share: ${share}` });
  return element('li', {}, element('span', { class: 'name' }, name), element('data', { value: shown(share) }, percent), bar); // prettier-ignore
}

/** What the model says of a row. */
function answerOf(model: InferenceModel, preprocessing: Preprocessing, row: Readonly<Record<string, string>>): Node[] {
  const input = preprocessing.encode(row);
  const output = model.predict(input);
  const values = output.data();
  input.dispose();
  output.dispose();
  const [decoded] = preprocessing.decode([Array.from(values)]);
  const answer = typeof decoded === 'number' ? shown(decoded) : typeof decoded === 'object' ? '' : String(decoded);
  const { classes } = preprocessing;
  if (!classes) return [element('strong', { id: 'answer' }, answer)];
  const lines = classes.map((name, k) => ({ name: String(name), share: values[k] ?? NaN }));
  const sorted = lines.sort((a, b) => b.share - a.share).slice(0, 20);
  const list = element('ul', {}, ...sorted.map(({ name, share }) => classLine(name, share)));
  return [element('strong', { id: 'answer' }, answer), list];
}

async function start(): Promise<void> {
  await init({ threads: 1 });
  const given = read();
  const bytes = Uint8Array.from(atob(given.model), (letter) => letter.charCodeAt(0));
  const preprocessing = Preprocessing.read(
    'page',
    decodeModel('page', decodeTensors('page', bytes)).config['preprocessing'],
  );
  const model = loadModel(bytes, { layers: { dense, dropout } });
  const columns = preprocessing.data.columns.filter(({ role }) => role !== 'ignore');
  const form = placeOf('form');
  columns.forEach((column, i) => form.append(fieldOf(column, i, (given.example[column.name] ?? '').trim())));
  const fields = columns.map((_, i) => placeOf(`column-${i}`));
  const update = (): void => {
    const cells = fields.map((field) => (field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.value : '')); // prettier-ignore
    const row = Object.fromEntries(columns.map(({ name }, i) => [name, cells[i] ?? '']));
    try {
      placeOf('result').replaceChildren(...answerOf(model, preprocessing, row));
    } catch (error) {
      const message = error instanceof Error ? error.message : 'unknown';
      placeOf('result').replaceChildren(element('span', { class: 'error' }, message.replace(/^encode: /, '')));
    }
  };
  form.addEventListener('input', update);
  form.addEventListener('submit', (event) => event.preventDefault());
  update();
}

start().catch((error: unknown) => {
  placeOf('result').replaceChildren(
    element('span', { class: 'error' }, error instanceof Error ? error.message : 'unknown'),
  );
});

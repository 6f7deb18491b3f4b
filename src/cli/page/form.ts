// The fields of a form for a row of a table. Texts go into the page as texts, never as HTML.
import type { ColumnSpec } from '../../data/table/encoders.js';

/** Words that a list still shows at once; more are typed, with proposals. */
const MOST_OPTIONS = 60;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The words that a column may have. */
function wordsOf(column: ColumnSpec): readonly string[] {
  if (column.role !== 'category') return [];
  return [...column.levels, ...('rare' in column ? column.rare : [])].sort();
}

function listField(id: string, words: readonly string[], value: string): HTMLElement {
  const select = element('select', { id });
  select.append(element('option', { value: '' }, '(not known)'));
  for (const word of words) select.append(element('option', { value: word }, word));
  select.value = words.includes(value) ? value : '';
  return select;
}

function textField(id: string, column: ColumnSpec, value: string): HTMLElement {
  const hint = column.role === 'date' ? '2024-12-31' : column.role === 'number' ? 'not known' : 'a word';
  const numeric = { inputmode: 'decimal' };
  return element('input', { id, type: 'text', autocomplete: 'off', value, placeholder: hint, ...(column.role === 'number' && numeric) }); // prettier-ignore
}

/** A field with its name, for a column that the model reads. */
export function fieldOf(column: ColumnSpec, position: number, value: string): HTMLElement {
  const id = `column-${position}`;
  const words = wordsOf(column);
  const isList = words.length > 0 && words.length <= MOST_OPTIONS;
  const field = isList ? listField(id, words, value) : textField(id, column, value);
  field.setAttribute('name', column.name);
  const parts: HTMLElement[] = [element('label', { for: id }, column.name), field];
  if (words.length > MOST_OPTIONS) {
    field.setAttribute('list', `${id}-words`);
    parts.push(element('datalist', { id: `${id}-words` }, ...words.map((word) => element('option', { value: word }))));
  }
  return element('div', { class: 'field' }, ...parts);
}

import * as data from '../../../src/data/index.js';
import type { TableModel } from '../../../src/io/index.js';
import { loadModel, saveModel } from '../../../src/io/index.js';
import { dense } from '../../../src/layers/index.js';
import { sequential } from '../../../src/models/index.js';
import { method, type Callable, type Row, type Rows } from '../row.js';

const LINES = 'age,city,when,won\n20,Oslo,2024-01-01,no\n,Rome,2024-02-03,yes\n40,,,no\n30,Oslo,2024-05-06,yes\n';

/** Tables and their preprocessing. */
export function tableRows(): Rows {
  const row = (call: Callable, args: Row['args'], ...names: readonly string[]): Row => ({
    room: 'data',
    call,
    args,
    ...(names.length > 0 && { names }),
  });
  const read = data.table(LINES, { label: 'won' });
  const { preprocessing } = read;
  const cells = (): object => ({ age: 41, city: 'Oslo', when: new Date(0) });
  const predictRows = (rows: never): unknown => {
    const model = sequential({ inputShape: preprocessing.inputShape }, [dense({ units: 2 })]);
    const bytes = saveModel(model, { preprocessing });
    model.dispose();
    const loaded = loadModel<TableModel>(bytes);
    try {
      return loaded.predict(rows);
    } finally {
      loaded.dispose();
    }
  };
  return {
    'data/Table': { exempt: 'for types and instanceof: its constructor is internal' },
    'data/Preprocessing': { exempt: 'for types and instanceof: its constructor is internal' },
    'data/table': row(data.table, () => [
      [LINES, { label: 'won', columns: { age: 'number' }, delimiter: ',', header: true, gaps: ['?'] }],
      [LINES, { unknown: 'error', minFrequency: 2, maxCategories: 1, highCardinality: 'target', smoothing: 1 }],
      [[{ a: 1, b: 'x' }, { a: null, b: 'y' }], { label: ['a'], scaleLabel: true, columns: { a: 'category' }, gaps: [] }], // prettier-ignore
    ]),
    'Table.split': row(
      method(() => read, 'split'),
      () => [[{ testFraction: 0.5, seed: 1, stratified: true }], [{ timeOrdered: true }]],
    ),
    'Preprocessing.encode': row(
      method(() => preprocessing, 'encode'),
      () => [[cells()], [[cells(), {}]]],
    ),
    'Preprocessing.decode': row(
      method(() => preprocessing, 'decode'),
      () => [[[[0.1, 0.9]]], [[[0.4]]]],
    ),
    'Preprocessing.encodeRows': { exempt: 'internal: encode for others' },
    'Preprocessing.toJSON': row(
      method(() => preprocessing, 'toJSON'),
      () => [[]],
    ),
    'Preprocessing.fromJSON': row(
      (json) => data.Preprocessing.fromJSON(json),
      () => [[preprocessing.toJSON()]],
    ),
    'TableModel.predict': { ...row(predictRows, () => [[cells()], [[cells()]]], 'predict', 'loadModel'), room: 'io' },
  };
}

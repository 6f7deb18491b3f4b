import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { readCsv, type CsvTable } from '../../src/data/index.js';
import { parseCsv } from '../../src/data/csv.js';
import { typed } from '../support/typed.js';

const cells = (text: string, delimiter = ','): string[][] => parseCsv(text, delimiter).map((record) => record.cells);
const summary = ({ data, columns, classes }: CsvTable): unknown => ({
  x: [...data.x],
  y: data.y && [...data.y],
  columns,
  classes,
});

describe('parseCsv', () => {
  it.each<[string, string, string[][]]>([
    [
      'plain',
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'no last line break',
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'CR LF and CR',
      'a,b\r\nc,d\re,f\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
      ],
    ],
    ['quotes', '"a,1","b ""x""","c\nd"\n', [['a,1', 'b "x"', 'c\nd']]],
    [
      'empty cells',
      ',\na,,\n"",b',
      [
        ['', ''],
        ['a', '', ''],
        ['', 'b'],
      ],
    ],
    ['an empty quoted line', '""\n', [['']]],
    ['blank lines', '\n\na\n\r\nb\n\n', [['a'], ['b']]],
    ['a byte order mark', '\ufeffa,b', [['a', 'b']]],
    ['quotes inside of a cell', 'a"b,c', [['a"b', 'c']]],
    ['nothing', '', []],
  ])('%s', (_, text, expected) => {
    expect(cells(text)).toEqual(expected);
  });

  it('takes any delimiter', () => {
    expect(cells('a;b,c\t"d;e"', ';')).toEqual([['a', 'b,c\t"d', 'e"']]);
    expect(cells('a\tb', '\t')).toEqual([['a', 'b']]);
  });

  it('counts lines, those in quotes and blank ones too', () => {
    expect(parseCsv('a\n\n"b\nb"\r\nc', ',').map(({ line }) => line)).toEqual([1, 3, 5]);
  });

  it('reads back whatever is written with quotes', () => {
    const table = fc.array(
      fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '1') }), { minLength: 1 }),
    );
    const written = (rows: string[][]): string =>
      rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\r\n');
    fc.assert(
      fc.property(table, (rows) => {
        expect(cells(written(rows))).toEqual(rows);
      }),
    );
  });
});

describe('readCsv', () => {
  const text = 'length, width ,kind\n5.1,3.5,rose\n4.9,3,iris\n-1e2,.5,rose\n';
  const x = [5.1, 3.5, 4.9, 3, -100, 0.5].map(Math.fround);

  it('reads numbers, and words as classes', () => {
    const table = readCsv(text, { label: 'kind' });
    expect(summary(table)).toEqual({ x, y: [1, 0, 1], columns: ['length', 'width'], classes: ['iris', 'rose'] });
    expect(table.data).toMatchObject({ size: 3, xShape: [2], yShape: [], isIndices: true });
  });

  it('chooses columns by name and position', () => {
    const { data, columns } = readCsv(text, { columns: ['width', 0] });
    expect(columns).toEqual(['width', 'length']);
    expect([...data.x.slice(0, 2)]).toEqual([3.5, Math.fround(5.1)]);
    expect(data.y).toBeUndefined();
  });

  it('keeps numbers as labels, not as indices', () => {
    const table = readCsv('1;2;7\n3;4;8', { header: false, delimiter: ';', label: 2 });
    expect(summary(table)).toEqual({ x: [1, 2, 3, 4], y: [7, 8], columns: ['0', '1'], classes: undefined });
    expect(table.data.isIndices).toBe(false);
  });

  it('refuses names that come twice, which never say which column is meant', () => {
    const names = fc.array(fc.constantFrom('a', 'b', 'c', ' a', 'd ', '', '"b"', 'e', '__proto__', 'constructor'), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(names, (given) => {
        const trimmed = given.map((name) => name.replaceAll('"', '').trim());
        const read = (): CsvTable => readCsv(`${given.join(',')}\n${given.map((_, i) => i).join(',')}\n`);
        const twice = trimmed.find((name, i) => trimmed.indexOf(name) < i);
        if (twice === undefined && !(given.length === 1 && given[0] === '')) expect(read().columns).toEqual(trimmed);
        else expect(read).toThrow(typed(FormatError, /^readCsv: expected /));
        if (twice !== undefined) expect(read).toThrow(`expected distinct names of columns, got '${twice}' twice`);
      }),
    );
    const table = 'y,x,y\n1,5,1\n0,6,0\n';
    expect(() => readCsv(table, { label: 'y' })).toThrow(/got 'y' twice/);
    expect(readCsv(table.slice(6), { header: false, label: 2 }).columns).toEqual(['0', '1']);
  });

  it('says the line and column of a number that f32 cannot hold, in features and labels', () => {
    for (const cell of ['1e999', '-1e999', '1e39', '-3.5e38', '9'.repeat(400)])
      for (const label of [undefined, 'b']) {
        const read = (): CsvTable => readCsv(`a,b\n1,2\n3,${cell}\n`, label === undefined ? {} : { label });
        expect(read).toThrow(typed(FormatError, /expected a number in line 3, column 'b'/));
      }
  });

  it('names the column whose numbers are all the same as f32', () => {
    const text = (values: readonly (number | string)[]): string =>
      `t,z\n${values.map((value, i) => `${value},${i}`).join('\n')}`;
    const times = text([1700000000000, 1700000001000, 1700000002000]);
    for (const options of [{}, { label: 't' }, { columns: ['z', 't'] }]) {
      expect(() => readCsv(times, options)).toThrow(
        typed(FormatError, /differ as f32 in column 't', got .* 1700000038912: leave it out/),
      );
    }
    expect(readCsv(times, { columns: ['z'] }).data.size).toBe(3);
    // No false alarms: equal cells, the same number written otherwise, one row, rounding noise, differences that stay.
    for (const values of [
      [1700000000000, 1700000000000],
      [0.5, '5e-1'],
      [1700000000001],
      [0.3, 0.1 + 0.2],
      [1e-30, 2e-30],
      [0, 0],
    ])
      // prettier-ignore
      expect(readCsv(text(values)).data.size).toBe(values.length);
  });

  it('takes time in proportion to the text: a cell of a million digits', () => {
    for (const cell of [
      '1'.repeat(1e6),
      `${'1'.repeat(5e5)}.${'1'.repeat(5e5)}`,
      `1e${'1'.repeat(1e6)}`,
      ' '.repeat(1e6),
    ])
      expect(() => readCsv(`a\n${cell}x\n`)).toThrow(typed(FormatError, /^readCsv: expected /));
    expect(() => readCsv(`a\n"${'""'.repeat(5e5)}\n`)).toThrow(typed(FormatError, /^readCsv: expected /));
    expect(() => readCsv(`${Array.from({ length: 1e5 }, (_, i) => i).join(',')},7\n1\n`)).toThrow(/'7' twice/);
  });

  it.each<[string, () => unknown, new (message: string) => Error, string]>([
    ['no data', () => readCsv('a,b\n'), FormatError, 'readCsv: expected at least one line of data, got none'],
    [
      'nothing',
      () => readCsv('', { header: false }),
      FormatError,
      'readCsv: expected at least one line of data, got none',
    ],
    ['ragged rows', () => readCsv('a,b\n1,2\n\n3\n'), FormatError, 'readCsv: expected 2 cells in line 4, got 1'],
    [
      'words',
      () => readCsv('a,b\n1,2\n3,x\n'),
      FormatError,
      "readCsv: expected a number in line 3, column 'b', got 'x'",
    ],
    [
      'empty cells',
      () => readCsv('a,b\n1,\n'),
      FormatError,
      "readCsv: expected a number in line 2, column 'b', got ''",
    ],
    [
      'hexadecimal',
      () => readCsv('a\n0x10\n'),
      FormatError,
      "readCsv: expected a number in line 2, column 'a', got '0x10'",
    ],
    [
      'empty labels',
      () => readCsv('a,b\n1,x\n1,\n', { label: 'b' }),
      FormatError,
      'readCsv: expected a label in line 3, got an empty cell',
    ],
    [
      'open quotes',
      () => readCsv('a\n1\n"2\n3'),
      FormatError,
      'readCsv: expected a closing quote, got none from line 3 on',
    ],
    [
      'text after quotes',
      () => readCsv('a\n"1"2'),
      FormatError,
      "readCsv: expected a delimiter after the closing quote, got '2' in line 2",
    ],
    [
      'numbers past f32',
      () => readCsv('a\n1e99'),
      FormatError,
      "readCsv: expected a number in line 2, column 'a', got '1e99'",
    ],
    [
      'text after quotes below an empty line',
      () => readCsv('\na\n"1"2'),
      FormatError,
      "readCsv: expected a delimiter after the closing quote, got '2' in line 3",
    ],
    [
      'missing columns',
      () => readCsv('a\n1', { label: 'b' }),
      RangeError,
      "readCsv: expected a column of ['a'], got 'b'",
    ],
    [
      'positions outside',
      () => readCsv('a\n1', { columns: [1] }),
      RangeError,
      "readCsv: expected a column of ['a'], got 1",
    ],
    [
      'a column twice',
      () => readCsv('a,b\n1,2', { columns: ['b', 1] }),
      RangeError,
      "readCsv: expected columns other than the label, each once, got 'b' twice",
    ],
    [
      'the label as a column',
      () => readCsv('a,b\n1,2', { columns: ['a', 'b'], label: 'a' }),
      RangeError,
      "readCsv: expected columns other than the label, each once, got 'a' twice",
    ],
    [
      'no columns',
      () => readCsv('a\n1', { label: 'a' }),
      RangeError,
      'readCsv: expected at least one column for x, got none',
    ],
    [
      'long delimiters',
      () => readCsv('a\n1', { delimiter: '::' }),
      RangeError,
      "readCsv: expected delimiter to be one character, no quote or line break, got '::'",
    ],
    [
      'quotes as delimiters',
      () => readCsv('a\n1', { delimiter: '"' }),
      RangeError,
      "readCsv: expected delimiter to be one character, no quote or line break, got '\"'",
    ],
    [
      'misspelt options',
      () => readCsv('a\n1', { separator: ',' } as object),
      TypeError,
      "readCsv: expected options header, delimiter, columns, label, got unknown option 'separator'",
    ],
    [
      'bytes',
      () => readCsv(new Uint8Array(3) as never),
      TypeError,
      'readCsv: expected text, got an object of class Uint8Array',
    ],
  ])('refuses %s', (_, make, type, message) => {
    expect(make).toThrow(typed(type, message));
  });
});

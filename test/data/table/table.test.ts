import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/core/errors.js';
import type { Table } from '../../../src/data/index.js';
import { Preprocessing, table, type TableOptions } from '../../../src/data/index.js';
import { withRuntime } from '../../support/live.js';
import { typed } from '../../support/typed.js';
import { wrong } from '../../support/wrong.js';

withRuntime();

const roles = (text: string, options: TableOptions = {}): Record<string, string> =>
  Object.fromEntries(table(text, options).columns.map(({ name, role }) => [name, role]));

describe('CSV as it is found', () => {
  it.each<[string, string, Record<string, string>]>([
    [
      'byte order mark, CRLF, quotes',
      '\ufeff"a","b"\r\n"1","x, ""y"""\r\n"2","z\nw"\r\n',
      { a: 'number', b: 'category' },
    ],
    ['semicolons and decimal commas', 'a;b\n1,5;2\n-,5;3\n', { a: 'number', b: 'number' }],
    ['tabs', 'a\tb\n1\tx, y\n2\tz\n', { a: 'number', b: 'category' }],
    ['pipes', 'a|b\n1|x\n2|y\n', { a: 'number', b: 'category' }],
    ['one column', 'a\n1\n2\n', { a: 'number' }],
    ['CR alone and blank lines', 'a,b\r1,2\r\r3,4\r', { a: 'number', b: 'number' }],
    [
      'names missing and twice',
      'a,,a,a_2\n1,2,3,4\n',
      { a: 'number', column_2: 'number', a_2: 'number', a_2_2: 'number' },
    ],
    ['gaps', 'a,b\n,NA\n?,x\n1,null\nNaN,N/A\n', { a: 'number', b: 'category' }],
    ['leading zeros are codes', 'zip\n01234\n56789\n', { zip: 'category' }],
    ['thousands', 'a\n"1,234.5"\n"12,000"\n', { a: 'number' }],
    ['hexadecimal is no number', 'a\n0x10\n0x11\n', { a: 'category' }],
    ['nothing', 'a,b\n,1\n,2\n', { a: 'ignore', b: 'number' }],
  ])('%s', (_, text, expected) => {
    expect(roles(text)).toEqual(expected);
  });

  it('reads the numbers', () => {
    const read = (text: string, options: TableOptions = {}): number[] => [
      ...(table(`${text}\n`, { label: 'y', columns: { y: 'number' }, ...options }).dataset.y ?? []),
    ];
    expect(read('a;y\n1;1,5\n2;-2,25')).toEqual([1.5, -2.25]);
    expect(read('a,y\n1,"1,234.5"\n2,"2,000"')).toEqual([1234.5, 2000]);
    expect(read('a;y\n1;1.234,5\n2;2.000')).toEqual([1234.5, 2000]);
    expect(read('a;y\n1;1.234\n2;2.5')).toEqual([1.234, 2.5].map(Math.fround));
    expect(read('a,y\n1,1e3\n2,.5')).toEqual([1000, 0.5]);
    expect(read('1,2\n3,4', { label: '1', columns: { '1': 'number' }, header: false })).toEqual([2, 4]);
  });

  it('ignores names and keys', () => {
    const lines = Array.from({ length: 50 }, (_, i) => `person ${i},${i % 2 ? 'x' : 'y'}`);
    expect(roles(`name,kind\n${lines.join('\n')}`)).toEqual({ name: 'ignore', kind: 'category' });
  });

  it.each([
    ['', 'table: expected at least one row, got none'],
    ['a,b\n', 'table: expected at least one row, got none'],
    ['a,b\n1,2\n1,2,3\n', 'table: expected 2 cells in record 3, got 3'],
    ['a,b\n1,2\n1\n', 'table: expected 2 cells in record 3, got 1'],
    ['a,b\n1,"2', "table: expected a closing quote, got none in record 2, '2'"],
    ['a,b\n1,"2\n3,4\n', "table: expected a closing quote, got none in record 2, '2\n3,4\n'"],
  ])('refuses %j', (text, message) => {
    expect(() => table(text, { delimiter: ',' })).toThrow(new FormatError(message));
  });
});

describe('dates', () => {
  const time = (cell: string): number | undefined => {
    const { preprocessing } = table([{ when: cell, y: 1.5 }], { label: 'y', columns: { when: 'date' } });
    const [column] = preprocessing.toJSON().columns;
    return column?.role === 'date' ? column.fill : undefined;
  };

  it.each([
    ['2024-03-04', '2024-03-04T00:00Z'],
    ['2024/3/4', '2024-03-04T00:00Z'],
    ['2024-03', '2024-03-01T00:00Z'],
    ['2024-03-04 05:06', '2024-03-04T05:06Z'],
    ['2024-03-04T05:06:07.250Z', '2024-03-04T05:06:07.250Z'],
    ['2024-03-04T05:06:07+02:00', '2024-03-04T03:06:07Z'],
    ['2024-03-04T05:06:07-0130', '2024-03-04T06:36:07Z'],
    ['3/4/2024', '2024-03-04T00:00Z'],
    ['13.4.2024', '2024-04-13T00:00Z'],
    ['13-04-2024 12:30', '2024-04-13T12:30Z'],
    ['4 March 2024', '2024-03-04T00:00Z'],
    ['04-Mar-2024', '2024-03-04T00:00Z'],
    ['Mar 4, 2024', '2024-03-04T00:00Z'],
    ['3/4/2024 1:05 PM', '2024-03-04T13:05Z'],
    ['3/4/2024 12:05 am', '2024-03-04T00:05Z'],
    ['1969-12-31', '1969-12-31T00:00Z'],
  ])('%s', (text, iso) => {
    expect(time(text)).toBe(Date.parse(iso));
  });

  it.each(['2024-02-30', '2024-13-01', '32.1.2024', '2024-01-01 25:00', '2024-01-01 13:00 pm', '4 Foo 2024', 'soon'])(
    'refuses %s',
    (text) => {
      expect(() => time(text)).toThrow(
        new FormatError(`table: expected a date in column 'when' of row 0, got '${text}'`),
      );
    },
  );

  it('a day that is no month tells the order', () => {
    expect(roles('when\n3/4/2024\n25/4/2024\n')).toEqual({ when: 'date' });
    const [column] = table('when,y\n3/4/2024,1\n25/4/2024,2\n').preprocessing.toJSON().columns;
    expect(column).toMatchObject({ role: 'date', order: 'day', timed: false });
  });

  it('weekday, time of year and time of day are cycles', () => {
    // A Sunday at the beginning of 2000's year is a Saturday: weekday 6/7 of a turn
    const { inputs } = table('when\n2000-01-01 06:00\n2000-01-02\n').preprocessing;
    expect(inputs).toEqual(['when', ...['year', 'weekday', 'day'].flatMap((c) => [`when:${c}-sin`, `when:${c}-cos`])]);
    const { x } = table('when,y\n2000-01-01 06:00,1.5\n2000-01-02,2.5\n', { label: 'y' }).dataset;
    const turn = (part: number): number[] => [Math.sin(2 * Math.PI * part), Math.cos(2 * Math.PI * part)];
    const expected = [-1 + 0, ...turn(0.25 / 365.2425), ...turn(6 / 7), ...turn(0.25)];
    expected.forEach((value, i) => expect(x[i]).toBeCloseTo(value, 6));
    expect([...x.subarray(10, 14)]).toEqual([0, 1, 0, 1].map((v) => expect.closeTo(v, 6) as unknown)); // Sunday, midnight
  });
});

describe('labels', () => {
  const of = (text: string, options: TableOptions = {}): Table => table(`x,y\n${text}`, { label: 'y', ...options });

  it.each<[string, string, unknown[], number[]]>([
    ['words', '1,b\n2,a\n3,b\n', ['a', 'b'], [1, 0, 1]],
    ['booleans', '1,true\n2,false\n3,true\n', ['false', 'true'], [1, 0, 1]],
    ['1..K', '1,3\n2,1\n3,2\n4,1\n5,2\n6,3\n', [1, 2, 3], [2, 0, 1, 0, 1, 2]],
    ['0 and 1', '1,0\n2,1\n3,1\n4,0\n', [0, 1], [0, 1, 1, 0]],
    ['numbers that sort as numbers', '1,10\n2,9\n3,x\n', ['9', '10', 'x'], [1, 0, 2]],
  ])('%s are classes', (_, text, classes, y) => {
    const { dataset, preprocessing, classes: found } = of(text);
    expect(found).toEqual(classes);
    expect(preprocessing.classes).toEqual(classes);
    expect(dataset.y).toEqual(Int32Array.from(y));
  });

  it.each([
    ['1,3\n2,5\n3,3\n4,5\n', [3, 5, 3, 5]],
    ['1,1\n2,2\n3,3\n', [1, 2, 3]],
    ['1,1.5\n2,2\n3,1\n4,1\n', [1.5, 2, 1, 1]],
  ])('other numbers are numbers: %j', (text, y) => {
    expect(of(text).dataset.y).toEqual(Float32Array.from(y));
    expect(of(text).classes).toBeUndefined();
  });

  it('the role may be given', () => {
    expect(of('1,3\n2,5\n', { columns: { y: 'category' } }).classes).toEqual([3, 5]);
    expect(of('1,0\n2,1\n3,0\n4,1\n', { columns: { y: 'number' } }).dataset.y).toEqual(Float32Array.of(0, 1, 0, 1));
  });

  it('several labels: numbers side by side, classes by name', () => {
    const numbers = table('x,a,b\n1,1.5,2\n2,3,4\n', { label: ['b', 'a'] });
    expect(numbers.dataset.y).toEqual(Float32Array.of(2, 1.5, 4, 3));
    expect(numbers.preprocessing.decode([[2, 1.5]])).toEqual([{ b: 2, a: 1.5 }]);
    const mixed = table('x,a,b\n1,1.5,u\n2,3,v\n', { label: ['a', 'b'] });
    expect(mixed.dataset.targets).toMatchObject([{ name: 'a' }, { name: 'b' }]);
    expect(mixed.preprocessing.decode({ a: [[2]], b: [[0.1, 0.9]] })).toEqual([{ a: 2, b: 'v' }]);
  });

  it('decode: one output, several, numbers in their unit', () => {
    const { preprocessing } = of('1,no\n2,yes\n');
    expect(preprocessing.decode([[0.49], [0.5]])).toEqual(['no', 'yes']);
    expect(preprocessing.decode([[0.6, 0.4]])).toEqual(['no']);
    const scaled = of('1,100\n2,300\n', { scaleLabel: true });
    expect(scaled.dataset.y).toEqual(Float32Array.of(-1, 1));
    expect(scaled.preprocessing.decode([[-1], [0]])).toEqual([100, 200]);
    expect(() => preprocessing.decode([[1, 2, 3]])).toThrow(
      new RangeError("decode: expected 1 or 2 outputs a row for 'y', got 3"),
    );
  });

  it('refuses gaps and text among numbers', () => {
    expect(() => of('1,a\n2,\n')).toThrow(new FormatError("table: expected a label in column 'y' of row 1, got a gap"));
    expect(() => of('1,2.5\n2,x\n', { columns: { y: 'number' } })).toThrow(
      new FormatError("table: expected a number in column 'y' of row 1, got 'x'"),
    );
  });
});

describe('rows of objects', () => {
  it('take numbers, text, booleans, dates and gaps', () => {
    const { dataset, preprocessing } = table(
      [
        { n: 1, s: 'a', b: true, d: new Date(0), y: 0.5 },
        { n: '3', s: null, b: false, d: '1970-01-03', y: 1.5 },
        { s: 'b', y: 2.5 },
      ],
      { label: 'y' },
    );
    expect(preprocessing.inputs).toContain('b=true');
    expect(preprocessing.inputs).toContain('n:missing');
    expect(dataset.size).toBe(3);
  });

  it.each<[string, unknown, Error]>([
    ['no object', [1], new TypeError('table: expected an object with cells by column in row 0, got 1')],
    [
      'a nested cell',
      [{ a: [1] }],
      new TypeError("table: row 0: expected text, a number, true, false, a Date or null for 'a', got [1]"),
    ],
    ['infinity', [{ a: Infinity }], new RangeError("table: row 0: expected a finite number for 'a', got Infinity")],
    [
      'an invalid date',
      [{ a: new Date(NaN) }],
      new RangeError("table: row 0: expected a valid Date for 'a', got an invalid one"),
    ],
    ['no rows', [], new FormatError('table: expected at least one row, got none')],
  ])('refuse %s', (_, given, error) => {
    expect(() => table(wrong(given))).toThrow(error);
  });
});

describe('options', () => {
  const text = 'a,b,y\n1,x,1.5\n2,z,2.5\n3,x,3.5\n4,w,4.5\n';

  it('rare and unknown categories', () => {
    const read = table(text, { label: 'y', columns: { a: 'ignore' }, minFrequency: 2 });
    expect(read.preprocessing.inputs).toEqual(['b=x', 'b:other']);
    using known = read.preprocessing.encode([{ b: 'x' }, { b: 'w' }, { b: 'new' }]);
    expect(known.toArray()).toEqual([[1, 0], [0, 1], [0, 1]]); // prettier-ignore
    const strict = table(text, { label: 'y', columns: { a: 'ignore' }, unknown: 'error' });
    expect(() => strict.preprocessing.encode({ b: 'new' })).toThrow(
      new RangeError("encode: expected a known category in column 'b', got 'new'"),
    );
    using other = table(text, { label: 'y', columns: { a: 'ignore' } }).preprocessing.encode({ b: 'new' });
    expect(other.toArray()).toEqual([[0, 0, 0]]);
  });

  it.each<[unknown, unknown]>([
    [{ label: 'q' }, typed(RangeError, /^table: expected label to be one of \['a', 'b', 'y'\], got 'q'$/)],
    [{ label: ['a', 'a'] }, typed(RangeError, /^table: expected every label once, got 'a' twice$/)],
    [{ label: 3 }, typed(TypeError, /^table: expected label to be an array, got 3$/)],
    [{ columns: { q: 'number' } }, typed(RangeError, /^table: expected columns of \['a', 'b', 'y'\], got 'q'$/)],
    [{ columns: { a: 'words' } }, typed(RangeError, /^table: expected columns\.a to be one of /)],
    [{ columns: { b: 'number' } }, typed(FormatError, /^table: expected a number in column 'b' of row 0, got 'x'$/)],
    [{ label: 'y', columns: { y: 'ignore' } }, typed(RangeError, /^table: expected column 'y', a label, to hold /)],
    [{ labels: 'y' }, typed(TypeError, /^table: expected options label, .*, got unknown option 'labels'$/)],
    [{ delimiter: ';;' }, typed(RangeError, /^table: expected delimiter to be one character/)],
    [{ unknown: 'zero' }, typed(RangeError, /^table: expected unknown to be one of 'error', 'other'/)],
  ])('refuses %j', (options, error) => {
    expect(() => table(text, wrong(options))).toThrow(error);
  });

  it('gaps may be other words', () => {
    expect(table('a\n-999\n1\n', { gaps: ['-999'] }).columns).toMatchObject([{ gaps: 1, role: 'number' }]);
    expect(table('a\n?\n1\n', { gaps: [] }).columns).toMatchObject([{ gaps: 0, role: 'category' }]);
  });

  it('is refused when no column is left', () => {
    expect(() => table('a,y\n,1.5\n,2\n', { label: 'y' }).dataset).toThrow(
      new RangeError('table: expected at least one column for x, got none'),
    );
  });
});

describe('encode', () => {
  const { preprocessing } = table('age,city,id,y\n20,Oslo,1,1.5\n40,Rome,2,2\n', {
    label: 'y',
    columns: { id: 'ignore' },
  });

  it('gives what the dataset has', () => {
    const read = table('age,city,y\n20,Oslo,1.5\n,Rome,2\n30,,3\n', { label: 'y' });
    using inputs = read.preprocessing.encode([
      { age: 20, city: 'Oslo' },
      { age: null, city: 'Rome', y: 2 },
      { age: ' 30 ', city: 'NA' },
    ]);
    expect(inputs.data()).toEqual(read.dataset.x);
  });

  it('takes text for numbers, and leaves out what is not there', () => {
    using x = preprocessing.encode([{ age: '30' }, { age: 30, id: 7, y: 'anything' }]);
    expect(x.toArray()).toEqual([[0, 1, 0], [0, 1, 0]]); // prettier-ignore
  });

  it.each<[unknown, Error]>([
    [{ Age: 1 }, new TypeError("encode: expected columns age, city, id, got 'Age'")],
    [[], new RangeError('encode: expected at least one row, got none')],
    [[[1]], new TypeError('encode: expected a row as an object of cells by column, got [1]')],
    [{ age: 'old' }, new FormatError("encode: expected a number in column 'age', got 'old'")],
    [{ age: Infinity }, new RangeError("encode: expected a finite number for 'age', got Infinity")],
  ])('refuses %j', (rows, error) => {
    expect(() => preprocessing.encode(wrong(rows))).toThrow(error);
  });
});

describe('JSON', () => {
  const read = table('age,city,zip,when,skip,y\n20,Oslo,a,2024-01-01,,u\n,Rome,b,2024-01-02 03:04,,v\n40,,c,,,u\n', {
    label: 'y',
    maxCategories: 2,
    highCardinality: 'target',
  });
  const json: unknown = JSON.parse(JSON.stringify(read.preprocessing));

  it('comes back as it was', () => {
    const copy = Preprocessing.fromJSON(json);
    expect(copy.inputs).toEqual(read.preprocessing.inputs);
    const row = { age: 33, city: 'Rome', zip: 'b', when: '2024-02-03' };
    using a = read.preprocessing.encode(row);
    using b = copy.encode(row);
    expect(b.data()).toEqual(a.data());
    expect(copy.toJSON()).toEqual(json);
  });

  it('refuses any field that is changed or gone', () => {
    const damaged: unknown[] = [null, 3, {}, []];
    const walk = (value: unknown, put: (replaced: unknown) => unknown): void => {
      for (const other of [Symbol.iterator, undefined, -Infinity, { a: 1 }]) damaged.push(put(other));
      if (typeof value !== 'object' || value === null) return;
      for (const [key, entry] of Object.entries(value)) {
        const with_ = (replaced: unknown): unknown =>
          put(
            Array.isArray(value)
              ? value.map((v: unknown, i) => (String(i) === key ? replaced : v))
              : { ...value, [key]: replaced },
          );
        walk(entry, with_);
      }
    };
    walk(json, (value) => value);
    for (const value of damaged) expect(() => Preprocessing.fromJSON(value)).toThrow(typed(FormatError, /^fromJSON/));
    expect(damaged.length).toBeGreaterThan(200);
  });
});

describe('split', () => {
  const lines = Array.from(
    { length: 40 },
    (_, i) => `${i < 30 ? i : 1000},2024-01-${String(1 + ((i * 7) % 28)).padStart(2, '0')},${i % 4 ? 'a' : 'b'}`,
  );
  const read = table(`n,when,y\n${lines.join('\n')}\n`, { label: 'y' });

  it('fits on the training rows alone', () => {
    const { train, test, preprocessing } = read.split({ testFraction: 0.25, timeOrdered: true });
    const [column] = preprocessing.toJSON().columns;
    expect(column).toMatchObject({ name: 'n', fill: 14.5, mean: 14.5 });
    expect([train.size, test.size]).toEqual([30, 10]);
  });

  it('stratified: both parts have every class in proportion', () => {
    const { train, test } = read.split({ testFraction: 0.3, stratified: true, seed: 3 });
    const ones = (y: ArrayLike<number> | undefined): number =>
      Array.from(y ?? []).filter((value) => value === 1).length;
    expect([test.size, ones(test.y), train.size, ones(train.y)]).toEqual([12, 3, 28, 7]);
  });

  it('in the order of a column', () => {
    const times = (x: Float32Array, width: number): number[] => Array.from(x).filter((_, i) => i % width === 1);
    const { train, test, preprocessing } = read.split({ testFraction: 0.5, timeOrdered: 'when' });
    const width = preprocessing.inputs.length;
    expect(Math.max(...times(train.x, width))).toBeLessThanOrEqual(Math.min(...times(test.x, width)));
  });

  it.each<[object, Error]>([
    [
      { stratified: true, timeOrdered: true },
      new RangeError('split: expected either stratified or timeOrdered, got both'),
    ],
    [{ timeOrdered: 'y' }, new RangeError("split: expected timeOrdered to be a column of dates or numbers, got 'y'")],
    [{ testFraction: 0.99 }, new RangeError('split: expected rows for both parts, got 40 and testFraction 0.99')],
  ])('refuses %j', (options, error) => {
    expect(() => read.split(options)).toThrow(error);
  });

  it('stratifies by classes only', () => {
    expect(() => table('a,y\n1,1.5\n2,3\n', { label: 'y' }).split({ stratified: true })).toThrow(
      new TypeError('split: expected a label of classes to stratify by, got none'),
    );
  });

  it('means of targets do not contain the row itself', () => {
    // Every word occurs once, so that its mean over the other rows is that of them all
    const unique = Array.from({ length: 20 }, (_, i) => `w${i},${i % 2 ? 'a' : 'b'}`);
    const all = table(`w,y\n${unique.join('\n')}\n`, {
      label: 'y',
      columns: { w: 'category' },
      maxCategories: 1,
      highCardinality: 'target',
      smoothing: 0,
    });
    expect(Math.max(...all.dataset.x.map(Math.abs))).toBeLessThan(0.6); // its own target would be 1 or -1
  });
});

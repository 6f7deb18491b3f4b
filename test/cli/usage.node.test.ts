import { chmod, mkdir } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { flowers, ONE_LINE, withFolder } from './support.js';

const folder = withFolder();
const COMMANDS = ['train', 'predict', 'evaluate', 'inspect', 'convert', 'verify', 'bench'];

beforeAll(() => folder.write('flowers.csv', flowers()));

it('has help for all and for each, and a version', async () => {
  const { code, stdout, stderr } = await folder.run(['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const name of COMMANDS) {
    expect(stdout).toContain(`\n  ${name} `);
    const own = await folder.run([name, '--help']);
    expect({ code: own.code, stderr: own.stderr }).toEqual({ code: 0, stderr: '' });
    expect(own.stdout).toMatch(new RegExp(`^Usage: wasmgrad ${name} `));
    expect(Math.max(...own.stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(120);
  }
  expect((await folder.run([])).stdout).toBe(stdout);
  expect((await folder.run(['help', 'train'])).stdout).toContain('--label');
  expect((await folder.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it('ends with 2 when it is called wrongly, in one line that helps', async () => {
  for (const [args, message] of [
    [['trian'], "got 'trian'; did you mean 'train'?"],
    [['--labl', 'x'], 'got the option --labl'],
    [['--versoin'], "did you mean '--version'?"],
    [['help', 'predikt'], "did you mean 'predict'?"],
    [['train'], 'expected wasmgrad train TABLE.csv --label COLUMN, got no arguments'],
    [['train', 'flowers.csv', 'more.csv'], 'got 2 arguments'],
    [['train', 'flowers.csv', '--labl', 'kind'], "train has no option --labl; did you mean '--label'?"],
    [['train', 'flowers.csv'], 'expected --label COLUMN, the column to predict: petals, height, colour, seen, kind'],
    [['train', 'flowers.csv', '--label'], '--label: expected COLUMN, got nothing'],
    [['train', 'flowers.csv', '--label', '--folds', '3'], '--label: expected COLUMN, got the option --folds'],
    [
      ['train', 'flowers.csv', '--label', 'knid'],
      "(petals, height, colour, seen, kind), got 'knid'; did you mean 'kind'?",
    ],
    [
      ['train', 'flowers.csv', '-l', 'kind', '--epochs', '-3'],
      "--epochs: expected a whole number from 1 to 1000000, got '-3'",
    ],
    [['train', 'flowers.csv', '-l', 'kind', '--epochs', '1e3'], "got '1e3'"],
    [['train', 'flowers.csv', '-l', 'kind', '--folds', '1'], '--folds: expected 2 or more, or 0'],
    [['train', 'flowers.csv', '-l', 'kind', '--folds', '91'], '--folds: expected at most 90'],
    [
      ['train', 'flowers.csv', '-l', 'kind', '--hidden', '3,x'],
      "--hidden: expected sizes of hidden layers such as 32,16, or none, got '3,x'",
    ],
    [
      ['train', 'flowers.csv', '-l', 'kind', '--dropout', '1'],
      "--dropout: expected a share from 0 to below 1, got '1'",
    ],
    [['train', 'flowers.csv', '-l', 'kind', '--learning-rate', '0'], '--learning-rate: expected a number above 0'],
    [['train', 'flowers.csv', '-l', 'kind', '--ignore', 'petal'], "got 'petal'; did you mean 'petals'?"],
    [
      ['train', 'flowers.csv', '-l', 'kind', '--ignore', 'kind'],
      "the label 'kind' to be a number or a category, got ignore",
    ],
    [
      ['train', 'flowers.csv', '-l', 'kind', '--number', 'petals', '--date', 'petals'],
      "one role for column 'petals', got number and date",
    ],
    [['train', 'flowers.csv', '-l', 'kind', '--delimiter', ';;'], '--delimiter: expected one character'],
    [
      ['train', 'flowers.csv', '-l', 'kind', '-o', 'flowers.csv'],
      'another file to write to than flowers.csv, which is read',
    ],
    [['train', 'flowers.csv', '-l', 'kind', '--svg', 'a', '--html', './a'], 'different files to write to'],
    [['train', 'flowers.csv', '-l', 'kind', '--help=yes'], "--help takes no value, got 'yes'"],
    [['predict', '-'], 'only rows come from standard input'],
    [['convert', 'flowers.csv', 'b.bin'], 'ends in .safetensors, .onnx, .npz, .npy, got b.bin'],
    [
      ['convert', 'a.onnx', 'b.onnx', '--weights', 'f16'],
      '--weights: expected a file to write that ends in .safetensors',
    ],
    [['bench', '--threads', 'two'], "--threads: expected a whole number from 1 to 256, got 'two'"],
  ] as const) {
    const { code, stdout, stderr } = await folder.run(args);
    expect({ args, code, stdout, line: ONE_LINE.test(stderr) }).toEqual({ args, code: 2, stdout: '', line: true });
    expect(stderr).toContain(message);
  }
  expect(folder.names()).toEqual(['flowers.csv']);
}, 60_000);

it('ends with 1 when files or data are wrong, in one line, and leaves nothing behind', async () => {
  await mkdir(folder.path('folder'));
  const long = Array.from({ length: 40 }, (_, i) => `name ${i},${i},1`).join('\n');
  for (const [name, contents, label, message] of [
    ['empty.csv', '', 'a', 'expected a table in empty.csv, got an empty file'],
    ['blank.csv', '\n \n', 'a', 'got an empty file'],
    ['names.csv', 'a,b\n', 'b', 'expected rows in names.csv, got only the names of columns'],
    ['one.csv', 'a,b\n1,2\n', 'b', 'expected at least 2 rows with a label in one.csv, got 1'],
    ['class.csv', 'a,b\n1,x\n2,x\n3,x\n', 'b', "expected at least 2 classes in column 'b', got only 'x'"],
    ['gaps.csv', 'a,b\n1,\n2,NA\n', 'b', "expected values in column 'b' of gaps.csv, got only gaps ('NA' 1)"],
    ['alone.csv', 'b\n1\n2\n', 'b', "expected a column to learn from besides 'b' in alone.csv, got none"],
    [
      'names2.csv',
      `who,n,b\n${long}\n`,
      'who',
      "expected classes that repeat in column 'who', got 40 different ones in 40 rows",
    ],
    ['ragged.csv', 'a,b\n1,2\n1,2,3\n', 'b', 'expected 2 cells in record 3, got 3'],
    ['quote.csv', 'a,b\n1,2\n"1,2\n', 'b', 'expected'],
    ['binary.csv', 'a,b\u0000\n', 'a', 'expected text in binary.csv, got a binary file'],
    ['folder', undefined, 'a', 'cannot read folder: it is a folder'],
    ['missing.csv', undefined, 'a', 'cannot read missing.csv: there is no such file or folder'],
    ['flowers.csv/x', undefined, 'a', 'a part of the path is no folder'],
  ] as const) {
    if (contents !== undefined) await folder.write(name, contents);
    const before = folder.names();
    const { code, stdout, stderr } = await folder.run(['train', name, '-l', label]);
    expect({ name, code, stdout, line: ONE_LINE.test(stderr) }).toEqual({ name, code: 1, stdout: '', line: true });
    expect(stderr).toContain(message);
    expect(folder.names()).toEqual(before);
  }
}, 60_000);

it('tries before it trains whether files can be written', async () => {
  const before = folder.names();
  for (const [place, message] of [
    ['nowhere/m.safetensors', 'cannot write nowhere/m.safetensors: there is no such file or folder'],
    ['folder', 'cannot write folder'],
    ['/dev/full', 'cannot write /dev/full'],
  ] as const) {
    const { code, stdout, stderr } = await folder.run(['train', 'flowers.csv', '-l', 'kind', '-o', place]);
    expect({ place, code, stdout, line: ONE_LINE.test(stderr) }).toEqual({ place, code: 1, stdout: '', line: true });
    expect(stderr).toContain(message);
  }
  expect(folder.names()).toEqual(before);
});

it.skipIf(process.getuid?.() === 0)('names a missing permission', async () => {
  await folder.write('secret.csv', flowers());
  await chmod(folder.path('secret.csv'), 0);
  const { code, stderr } = await folder.run(['train', 'secret.csv', '-l', 'kind']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'wasmgrad: cannot read secret.csv: there is no permission\n' });
});

it('colours nothing but on a terminal', async () => {
  const { stderr } = await folder.run(['tran'], { env: { FORCE_COLOR: '1' } });
  expect(stderr).not.toContain('\u001b');
});

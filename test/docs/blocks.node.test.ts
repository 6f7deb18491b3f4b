// Every code block of the pages and every @example of the sources runs, and prints what its comments say.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blocksOf, disagreements, filesUnder, runBlock, type Block } from './blocks.js';
import { typed } from '../support/typed.js';

const modules: Record<string, () => Promise<unknown>> = {
  wasmgrad: () => import('../../src/index.js'),
  'wasmgrad/data': () => import('../../src/data/index.js'),
  'wasmgrad/io': () => import('../../src/io/index.js'),
  'wasmgrad/layers': () => import('../../src/layers/index.js'),
  'wasmgrad/losses': () => import('../../src/losses/index.js'),
  'wasmgrad/models': () => import('../../src/models/index.js'),
  'wasmgrad/onnx': () => import('../../src/onnx/index.js'),
  'wasmgrad/plot': () => import('../../src/plot/index.js'),
  'wasmgrad/optimizers': () => import('../../src/optimizers/index.js'),
  'wasmgrad/predict': () => import('../../src/predict/index.js'),
  'wasmgrad/selection': () => import('../../src/selection/index.js'),
  'node:fs/promises': () => import('node:fs/promises'),
};

async function load(name: string): Promise<unknown> {
  const module = modules[name];
  if (!module) throw new Error(`no module '${name}': expected one of ${Object.keys(modules).join(', ')}`);
  return module();
}

const pages = ['README.md', ...filesUnder('docs', '.md')];
const sources = filesUnder('src', '.ts').filter((file) => !file.includes('generated'));
const named = (files: readonly string[]): [string, Block][] =>
  files.flatMap(blocksOf).map((block): [string, Block] => [block.where, block]);

// Blocks do not dispose of what they make; what tells live tensors comes first, in a runtime as fresh as a reader's.
const countsTensors = ([, { code }]: [string, Block]): number => Number(code.includes('liveTensors'));
const docstrings = named(sources).sort((a, b) => countsTensors(b) - countsTensors(a));

// Examples that write files write them here.
const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

describe('docstrings', () => {
  test.each(docstrings)('%s', async (_, block) => {
    expect(disagreements(await runBlock(block, load))).toEqual([]);
  });

  test('every @example was found', () => {
    const text = sources.map((file) => readFileSync(join(home, file), 'utf8')).join('\n');
    expect(docstrings).toHaveLength(text.match(/^ +\* @example$|^ \* @example$/gm)?.length ?? 0);
  });
});

describe('pages', () => {
  test.each(named(pages))('%s', async (_, block) => {
    expect(disagreements(await runBlock(block, load))).toEqual([]);
  });
});

describe('a block that is wrong is noticed', () => {
  const at = (code: string): Block => ({ where: 'page.md:1', code });
  const complaints = async (code: string): Promise<string[]> => disagreements(await runBlock(at(code), load));

  test('it throws, or imports what is not there', async () => {
    await expect(runBlock(at('const { a } = undefined;'), load)).rejects.toThrow(
      typed(TypeError, /^Cannot destructure property 'a' of /),
    );
    await expect(runBlock(at(`import { add } from 'elsewhere';\nadd(1);`), load)).rejects.toThrow(
      typed(Error, /^no module 'elsewhere': expected one of wasmgrad, /),
    );
    await expect(runBlock(at(`import { nothing } from 'wasmgrad';\nnothing();`), load)).rejects.toThrow(
      new TypeError('nothing is not a function'),
    );
  });

  test('it prints something else', async () => {
    expect(await complaints('console.log([1, 2]); // [1, 2]')).toEqual([]);
    expect(await complaints('console.log([1, 3]); // [1, 2]')).toHaveLength(1);
    expect(await complaints('console.log([1, 2, 3]); // [1, 2]')).toHaveLength(1);
    expect(await complaints(`console.log('a', true); // 'b' true`)).toHaveLength(1);
    expect(await complaints('console.log(0.34657); // log(2) / 2 = 0.3466')).toEqual([]);
    expect(await complaints('console.log(0.3457); // log(2) / 2 = 0.3466')).toHaveLength(1);
    expect(await complaints('if (Date.now() < 0) {\n  console.log(1); // 1\n}')).toHaveLength(1);
    expect(await complaints('console.log(new Float32Array([1, 2])); // 1, 2')).toEqual([]);
  });
});

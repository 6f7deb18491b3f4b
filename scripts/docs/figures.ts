// `npm run docs:figures [-- NAME ...]` runs the examples behind the pages of docs/: it writes their figures to
// docs/figures and their output into the pages, after `<!-- output: NAME -->`.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { init } from 'wasmgrad';
import { family } from '../../bench/autodiff.bench.js';
import { runFamily } from '../../bench/support/family.js';

interface Example {
  run(options: { readonly folder: string; readonly log: (line: string) => void }): Promise<unknown>;
}

const PAGES = 'docs';
const FIGURES = 'docs/figures';

/** The names of all examples that pages show. */
function names(): string[] {
  const pages = readdirSync(PAGES).filter((file) => file.endsWith('.md'));
  const found = pages.flatMap((page) => [
    ...readFileSync(join(PAGES, page), 'utf8').matchAll(/<!-- output: (\S+) -->/g),
  ]);
  return [...new Set(found.map(([, name = '']) => name))].sort();
}

/** Puts the output of an example into the pages that show it. */
function insert(name: string, output: string): void {
  const block = new RegExp(`(<!-- output: ${name} -->\n)(?:\`\`\`text\n[^]*?\n\`\`\`\n)?`);
  for (const page of readdirSync(PAGES).filter((file) => file.endsWith('.md'))) {
    const path = join(PAGES, page);
    const text = readFileSync(path, 'utf8');
    if (block.test(text))
      writeFileSync(
        path,
        text.replace(block, (_, marker: string) => `${marker}\`\`\`text\n${output}\n\`\`\`\n`),
      );
  }
}

async function show(name: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
  try {
    const example = (await import(`../../examples/${name}.js`)) as Example;
    const lines: string[] = [];
    await example.run({ folder, log: (line) => lines.push(line.trimEnd()) });
    insert(name, lines.filter((line) => !line.includes(folder)).join('\n'));
    for (const file of readdirSync(folder).filter((each) => each.endsWith('.svg')))
      copyFileSync(join(folder, file), join(FIGURES, file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The figure of the cost law comes from its benchmark. */
async function showCostLaw(): Promise<void> {
  await init({ threads: 1 });
  if (family.picture) writeFileSync(join(FIGURES, 'autodiff-cost.svg'), family.picture(runFamily(family, 'quick')));
}

mkdirSync(FIGURES, { recursive: true });
const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : names()) {
  console.log(name);
  await show(name);
  if (name === 'autodiff') await showCostLaw();
}

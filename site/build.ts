// Builds the site: documentation, reference, demo, playground.
//   npm run site                   into build/site
//   npm run site -- --serve        and serves it with the headers that allow threads
//   npm run site -- --out FOLDER   into another folder
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { execFileSync } from 'node:child_process';
import { build, type Metafile } from 'esbuild';
import { preview } from 'vite';
import { exclusively, filesUnder, step } from '../scripts/build/incremental.mjs';
import { framed } from './layout.js';
import { licencesOf } from './licences.js';
import { brokenLinks } from './links.js';
import { render, type Site } from './markdown.js';
import {
  documentationSections,
  isInRepository,
  REFERENCE,
  referenceEntries,
  sourcePage,
  writtenPages,
  type Page,
  type Section,
} from './pages.js';
import { playgroundPage } from './playground/html.js';
import { writeReference } from './reference.js';

const { values: flags } = parseArgs({ options: { out: { type: 'string' }, serve: { type: 'boolean' } } });
const SITE = flags.out ?? 'build/site';

function write(target: string, text: string): void {
  mkdirSync(dirname(join(SITE, target)), { recursive: true });
  writeFileSync(join(SITE, target), text);
}

const referenceSections = (): Section[] => [
  {
    title: 'Entries',
    links: referenceEntries().map(({ name, source }) => ({ title: name, source })),
  },
];

/** Writes the pages and those of the sources that they link to. */
function writePages(): void {
  const pages = writtenPages();
  const targets = new Map(pages.map(({ source, target }) => [source, target]));
  const site: Site = {
    targetOf: (source) => {
      if (!targets.has(source) && isInRepository(source)) {
        const page = sourcePage(source);
        targets.set(source, page.target);
        pages.push(page);
      }
      return targets.get(source);
    },
    addAsset: (file) => cpSync(file, join(SITE, file)),
  };
  const documentation = documentationSections();
  const reference = referenceSections();
  const sectionsOf = ({ source }: Page): Section[] => (source.startsWith('reference/') ? reference : documentation);
  // Pages of sources are added on the way
  for (const page of pages) {
    const { html, title, headings } = render(page, site);
    const { target } = page;
    write(target, framed({ target, title, html, headings, sections: sectionsOf(page), targetOf: site.targetOf }));
  }
  write('playground.html', playgroundPage());
}

async function writeAssets(): Promise<void> {
  const bundle = async (entry: string, name: string, format: 'iife' | 'esm'): Promise<Metafile> => {
    const { metafile } = await build({
      entryPoints: [entry],
      outfile: join(SITE, 'assets', name),
      format,
      bundle: true,
      minify: true,
      metafile: true,
      target: 'es2022',
      legalComments: 'none', // licences.txt has the whole texts
      logLevel: 'warning',
    });
    return metafile;
  };
  const metafiles = await Promise.all([
    bundle('site/style.css', 'style.css', 'iife'),
    bundle('site/page.ts', 'page.js', 'iife'),
    bundle('site/playground/page.ts', 'playground.js', 'iife'),
    bundle('site/playground/worker.ts', 'worker.js', 'esm'),
  ]);
  write('assets/licences.txt', licencesOf(metafiles));
}

async function main(): Promise<void> {
  const start = performance.now();
  const isSource = (file: string): boolean => file.endsWith('.ts') && !file.includes('generated');
  const inputs = [...filesUnder('src', isSource), 'site/reference.ts', 'package.json', 'package-lock.json'];
  await exclusively(() => step('reference', inputs, [`${REFERENCE}/index.md`], writeReference));
  execFileSync(process.execPath, ['demo/build.mjs'], { stdio: 'inherit' });
  rmSync(SITE, { recursive: true, force: true });
  cpSync('demo/dist', join(SITE, 'demo'), { recursive: true });
  // Tells the page that documentation and playground are beside it
  write('demo/index.html', readFileSync('demo/dist/index.html', 'utf8').replace('<html', '<html data-in-site'));
  cpSync('dist', join(SITE, 'dist'), { recursive: true, filter: (file) => !file.startsWith('dist/types') });
  await writeAssets();
  writePages();
  const broken = brokenLinks(SITE);
  for (const line of broken) console.error(line);
  if (broken.length > 0) throw new Error(`the site: ${broken.length} links lead nowhere`);
  console.log(`site: ${((performance.now() - start) / 1000).toFixed(1)} s, ${SITE}/index.html`);
}

await main();
if (flags.serve) {
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  const server = await preview({ configFile: false, build: { outDir: SITE }, preview: { headers } });
  server.printUrls();
}

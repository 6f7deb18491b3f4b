// Which pages the site has, from which files they are made, and in which order the navigation shows them.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { entries } from './entries.js';

export interface Page {
  /** The file it is made from, as links name it: `docs/xor.md`, `reference/layers.md`, `examples/xor.ts`. */
  readonly source: string;
  /** The file it becomes, in the folder of the site. */
  readonly target: string;
  readonly text: string;
}

export interface Section {
  readonly title: string;
  readonly links: readonly { readonly title: string; readonly source: string }[];
}

/** Pages of the repository's root that the site shows beside those of docs/. */
const ROOT_PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'THIRD-PARTY.md'];

/** Where TypeDoc writes the reference. */
export const REFERENCE = 'build/reference';

function targetOf(source: string): string {
  if (source === 'README.md') return 'index.html';
  if (source === 'reference/index.md') return 'reference/wasmgrad.html'; // the main entry
  return source.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html');
}

const pageOf = (source: string, file = source): Page => ({
  source,
  target: targetOf(source),
  text: readFileSync(file, 'utf8'),
});

const markdownOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .sort();

/** The page of an entry, titled as it is imported. */
function entryPage({ name, source }: { name: string; source: string }): Page {
  const page = pageOf(source, source.replace('reference', REFERENCE));
  return { ...page, text: page.text.replace(/^# .*$/m, `# ${name}`) };
}

/** Every export by its entry, in the order of the alphabet. */
function referenceIndex(pages: readonly Page[]): Page {
  const lists = pages.map(({ text, source }) => {
    const links = [...text.matchAll(/^### (.+?) \{#(.+)\}$/gm)].map(([, title = '', anchor = '']) => {
      const name = title.replace(/\(\)$/, '').replace(/^~~|~~$/g, '');
      return { name, link: `[${name}](${basename(source)}#${anchor})` };
    });
    const sorted = links.sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
    const title = /^# (.*)$/m.exec(text)?.[1] ?? '';
    return `## [${title}](${basename(source)})\n\n${sorted.map(({ link }) => link).join(' · ')}\n`;
  });
  const text = `# Reference\n\nEvery export of every entry, from the comments in the sources.\n\n${lists.join('\n')}`;
  return { source: 'reference/README.md', target: 'reference/index.html', text };
}

/** The entries and the files of the reference that TypeDoc writes for them. */
export const referenceEntries = (): { name: string; source: string }[] =>
  entries().map(({ name }) => ({
    name,
    source: `reference/${name === 'wasmgrad' ? 'index' : name.replace('wasmgrad/', '')}.md`,
  }));

/** The written pages and those of the reference. */
export function writtenPages(): Page[] {
  const reference = referenceEntries().map(entryPage);
  return [
    ...ROOT_PAGES.map((file) => pageOf(file)),
    ...markdownOf('docs').map((file) => pageOf(join('docs', file))),
    referenceIndex(reference),
    ...reference,
  ];
}

/** The page that shows a file or folder of the repository, for links to sources. */
export function sourcePage(source: string): Page {
  const text = statSync(source).isDirectory()
    ? `${readdirSync(source)
        .map((name) => `- [${name}](${basename(source)}/${name})`)
        .join('\n')}\n`
    : `\`\`\`\`${/\.(\w+)$/.exec(source)?.[1] ?? 'text'}\n${readFileSync(source, 'utf8')}\`\`\`\`\n`;
  return { source, target: `source/${source}.html`, text: `# ${source}\n\n${text}` };
}

export const isInRepository = (path: string): boolean => !path.startsWith('..') && existsSync(path);

/** The links of docs/README.md under their headings: the index of the documentation is the navigation as well. */
export function documentationSections(): Section[] {
  const text = readFileSync('docs/README.md', 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => ({
      title: part.slice(0, part.indexOf('\n')).trim(),
      links: [...part.matchAll(/^(?:- |\| )\[([^\]]+)\]\(([\w-]+\.md)\)/gm)].map(([, title = '', file = '']) => ({
        title,
        source: `docs/${file}`,
      })),
    }))
    .filter(({ links }) => links.length > 0);
}

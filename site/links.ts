// Checks every address in the built site: it leads to a file of the site, relative to where it stands, and to an
// anchor that is there.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

interface Html {
  readonly ids: readonly string[];
  readonly links: readonly string[];
}

const decoded = (text: string): string => decodeURIComponent(text.replaceAll('&amp;', '&'));

function read(file: string): Html {
  const text = readFileSync(file, 'utf8').replace(/<!--[^]*?-->|<(script|style)\b[^>]*>[^]*?<\/\1>/g, (found) =>
    found.startsWith('<script') ? (/^<script\b[^>]*>/.exec(found)?.[0] ?? '') : '',
  );
  return {
    ids: [...text.matchAll(/<[^>]*?\sid="([^"]+)"/g)].map(([, id = '']) => decoded(id)),
    links: [...text.matchAll(/<[^>]*?\s(?:href|src)="([^"]*)"/g)].map(([, link = '']) => link),
  };
}

/** What is wrong with a link, if anything. */
function complaint(page: string, link: string, pages: ReadonlyMap<string, Html>): string | undefined {
  if (/^(https?:|mailto:|data:)/.test(link)) return undefined;
  if (/^[a-z]+:|^\//.test(link)) return 'expected a relative address';
  const [path = '', anchor = ''] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), decoded(path.split('?')[0] ?? '')));
  if (target.startsWith('..')) return 'leads out of the site';
  const html = pages.get(target);
  if (anchor === '' || anchor.startsWith('code=')) return undefined;
  return !html || html.ids.includes(decoded(anchor)) ? undefined : 'no such anchor';
}

/** Complaints about the site in a folder, one line each; none when all is well. */
export function brokenLinks(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
  const pages = new Map(files.map((file) => [normalize(file), read(join(folder, file))]));
  return [...pages].flatMap(([page, { ids, links }]) => {
    const twice = ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${page}: the id '${id}' is there twice`);
    const broken = links.flatMap((link) => {
      const target = join(folder, dirname(page), decoded(link.split(/[?#]/)[0] ?? ''));
      const external = /^[a-z]+:/.test(link);
      const missing = !external && !(existsSync(target) && (link.startsWith('#') || statSync(target).isFile()));
      const why = complaint(page, link, pages) ?? (missing ? 'no such file' : undefined);
      return why === undefined ? [] : [`${page}: ${link}: ${why}`];
    });
    return [...twice, ...broken];
  });
}

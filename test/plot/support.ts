import { expect } from 'vitest';

/** The picture, which is well-formed and has no number that is none. */
export function checkSvg(svg: string): string {
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^]*<\/svg>\n$/);
  expect(svg).not.toMatch(/NaN|Infinity|undefined|\[object/);
  expect(svg).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/);
  const open: string[] = [];
  for (const [, slash, name, , closed] of svg.matchAll(/<(\/?)([a-zA-Z]+)((?:"[^"]*"|[^">])*?)(\/?)>/g)) {
    if (slash) expect(open.pop()).toBe(name);
    else if (!closed) open.push(name ?? '');
  }
  expect(open).toEqual([]);
  return svg;
}

/** What the texts say. */
export function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, content = '']) => content);
}

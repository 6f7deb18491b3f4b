/** Names anchors of one page as GitHub does, so that links work there and on the site: a repeated name gets a number. */
export class Slugs {
  readonly #used = new Map<string, number>();

  next(heading: string): string {
    const base = heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replace(/ /g, '-');
    const count = this.#used.get(base) ?? 0;
    this.#used.set(base, count + 1);
    return count === 0 ? base : `${base}-${count}`;
  }
}

/** Edits (a letter more, fewer, another one, or two swapped) that make one text of the other. */
function distance(a: string, b: string): number {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const [above = 0, diagonal = 0, left = 0] = [row[j], row[j - 1], next[j - 1]];
      const cost = Math.min(above + 1, left + 1, diagonal + (same ? 0 : 1));
      next.push(swapped ? Math.min(cost, (before[j - 2] ?? 0) + 1) : cost);
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}

/** `; did you mean 'label'?` for a name that is nearly one of the known ones, otherwise nothing. */
export function suggestion(given: string, known: readonly string[]): string {
  const text = given.slice(0, 100).toLowerCase();
  const ranked = known
    .map((name) => ({ name, edits: name.toLowerCase().startsWith(text) ? 0 : distance(text, name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  const isNear = text.length > 0 && best !== undefined && best.edits <= Math.max(1, Math.floor(best.name.length / 3));
  return isNear ? `; did you mean '${best.name}'?` : '';
}

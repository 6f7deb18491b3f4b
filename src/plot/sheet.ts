// Panels side by side as one picture.
import type { Theme } from './options.js';
import type { Panel } from './panel.js';
import { svgOf } from './svg.js';

/** Size of a chart that is alone, and of one beside others. */
export const ALONE = [640, 380] as const;
export const BESIDE = [480, 360] as const;

export interface Sheet {
  readonly title: string;
  readonly theme: Theme;
  readonly columns?: number;
}

/** Rows of panels as one document. */
export function sheetOf(panels: readonly Panel[], { title, theme, columns = 2 }: Sheet): string {
  const content: string[] = [];
  let [y, width] = [0, 0];
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns);
    let x = 0;
    for (const panel of row) {
      const place = x === 0 && y === 0 ? '' : ` transform="translate(${x} ${Math.ceil(y)})"`;
      content.push(`<g${place}>`, ...panel.content, '</g>');
      x += panel.width;
    }
    width = Math.max(width, x);
    y += row.reduce((most, { height }) => Math.max(most, height), 0);
  }
  const description = panels.map((panel) => panel.description).join(' ');
  return svgOf({ width, height: y, title, description, content, theme });
}

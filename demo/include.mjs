import { readFileSync } from 'node:fs';

/** A plugin of Vite that puts files in the place of comments `<!-- include FILE -->`, which name them from the page's folder. */
export const include = {
  name: 'include',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) =>
      html.replace(/<!-- include (\S+) -->/g, (_, file) => readFileSync(new URL(file, import.meta.url), 'utf8')),
  },
};

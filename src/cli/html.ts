// A page in one file, which works without a network: a form for a row, what the model says of it, and the curves.
import { readFile } from 'node:fs/promises';
import type { Preprocessing } from '../data/index.js';

/** What becomes a page. */
export interface PageParts {
  readonly label: string;
  /** The file of the model, with its preprocessing. */
  readonly saved: Uint8Array;
  readonly preprocessing: Preprocessing;
  /** Cells of a row, which the form has at first. */
  readonly example: Readonly<Record<string, string>>;
  /** SVG text. */
  readonly picture: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** JSON that cannot end the script element it is in. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** A script that cannot end the script element it is in. In JavaScript, these occur in texts only. */
function inlineScript(code: string): string {
  return code.replace(/<(?=\/script|!--|script)/gi, '\\x3c');
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --paper: #ffffff; --soft: #57606a; --edge: #8c959f; --accent: #0969da; --bad: #b42318; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --soft: #9da7b3; --edge: #6e7681; --accent: #58a6ff; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 60rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.5rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
form { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .75rem 1rem; }
.field { display: flex; flex-direction: column; gap: .2rem; min-width: 0; }
label { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
input, select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--edge); border-radius: 6px; padding: .45rem .6rem; width: 100%; min-height: 2.75rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
#result { min-height: 6rem; display: block; }
#result strong { font-size: 1.6rem; color: var(--accent); overflow-wrap: anywhere; }
#result ul { list-style: none; padding: 0; margin: .5rem 0 0; display: grid; gap: .35rem; }
#result li { display: grid; grid-template-columns: minmax(6rem, 14rem) 4.5rem 1fr; gap: .75rem; align-items: center; }
.name { overflow-wrap: anywhere; } data { text-align: right; font-variant-numeric: tabular-nums; }
.bar { height: .8rem; border-radius: .4rem; background: var(--accent); width: calc(100% * var(--share)); min-width: 1px; }
.error { color: var(--bad); }
figure { margin: 0; overflow-x: auto; } figure svg { max-width: 100%; height: auto; }
`;

const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'";

/** The page as text. The script of it lies beside this module. */
export async function trainingPage({ label, saved, preprocessing, example, picture }: PageParts): Promise<string> {
  const code = await readFile(new URL('./table-page.js', import.meta.url), 'utf8');
  const read = preprocessing.data.columns.filter(({ role }) => role !== 'ignore').map(({ name }) => name);
  const given = {
    model: Buffer.from(saved).toString('base64'),
    example: Object.fromEntries(read.map((name) => [name, example[name] ?? ''])),
  };
  const title = `Predict ${label}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<form id="form" aria-label="A row of the table"></form>
<h2>${escaped(label)}</h2>
<output id="result" for="form" aria-live="polite"></output>
<h2>Training</h2>
<figure>${picture}</figure>
</main>
<script type="application/json" id="given">${scriptJson(given)}</script>
<script type="module">${inlineScript(code)}</script>
</body>
</html>
`;
}

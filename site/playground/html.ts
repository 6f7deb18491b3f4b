// The page of the playground: its parts, the examples and the import map.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { entries } from '../entries.js';
import { framed } from '../layout.js';

const EXAMPLES = 'site/playground/examples';

/** JSON inside of a script element. */
const json = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/** Every file of examples/: its first line is its title, its name (after the number that orders it) its address. */
function examples(): { name: string; title: string; code: string }[] {
  return readdirSync(EXAMPLES)
    .sort()
    .map((file) => {
      const code = readFileSync(join(EXAMPLES, file), 'utf8');
      const title = /^\/\/ (.*)$/m.exec(code)?.[1];
      if (!title) throw new Error(`${EXAMPLES}/${file}: expected its title in a comment in the first line`);
      return { name: file.replace(/^\d+-|\.js$/g, ''), title, code };
    });
}

export function playgroundPage(): string {
  const found = examples();
  const imports = Object.fromEntries(entries().map(({ name, module }) => [name, `./${module}`]));
  const options = found.map(({ name, title }) => `<option value="${name}">${title}</option>`).join('');
  return framed({
    target: 'playground.html',
    title: 'Playground',
    targetOf: () => undefined,
    head: `<script type="importmap">${json({ imports })}</script>
<script type="application/json" id="examples">${json(found)}</script>
<script src="assets/playground.js" defer></script>`,
    html: `<h1>Playground</h1>
<p>Change the code and run it, with the button or with Ctrl and Enter: it runs in this page, in a worker, and nothing leaves
your device. <code>console.log</code> of a picture of <code>wasmgrad/plot</code> shows the picture.</p>
<div class="toolbar">
<label>Example <select id="example">${options}<option value="" hidden>code of your own</option></select></label>
<button type="button" id="run" class="primary" aria-keyshortcuts="Control+Enter">Run</button>
<button type="button" id="stop" disabled>Stop</button>
<button type="button" id="share">Share</button>
<p id="status" role="status">Loading …</p>
</div>
<div class="playground">
<section aria-labelledby="code-title"><h2 id="code-title">Code</h2><div id="editor"></div></section>
<section aria-labelledby="output-title"><h2 id="output-title">Output</h2><div id="output" role="log" aria-labelledby="output-title" tabindex="0"></div></section>
</div>
<p>The editor is CodeMirror; <a href="assets/licences.txt">licences</a> of what this page contains.</p>
<noscript><p>The playground needs JavaScript.</p></noscript>`,
  });
}

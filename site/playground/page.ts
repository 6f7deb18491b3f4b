// The playground: code that the reader may change runs in a worker of the page.
import { createEditor } from './editor.js';
import { CodeError } from './imports.js';
import { jobOf } from './job.js';
import type { Failure, Job, Report } from './messages.js';
import { Output } from './output.js';
import { codeOf, hashOf } from './share.js';

interface Example {
  readonly name: string;
  readonly title: string;
  readonly code: string;
}

function find<T extends Element>(kind: new () => T, selector: string): T {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`expected ${kind.name} at ${selector}`);
  return found;
}

const read = <T>(selector: string): T => JSON.parse(find(HTMLScriptElement, selector).textContent) as T;

const examples = read<readonly Example[]>('#examples');
const { imports } = read<{ readonly imports: Readonly<Record<string, string>> }>('script[type=importmap]');
const addressOf = (path: string): string => new URL(path, document.baseURI).href;
const addresses = new Map(Object.entries(imports).map(([name, path]) => [name, addressOf(path)]));

const editor = createEditor(find(HTMLElement, '#editor'));
const output = new Output(find(HTMLElement, '#output'));
const status = find(HTMLElement, '#status');
const choice = find(HTMLSelectElement, '#example');
const stopButton = find(HTMLButtonElement, '#stop');
let worker: Worker | undefined;

function end(): void {
  worker?.terminate();
  worker = undefined;
  stopButton.disabled = true;
}

function fail(failure: Failure): void {
  output.fail(failure, editor.goTo);
  if (failure.line !== undefined) editor.mark(failure.line, failure.message);
  status.textContent = failure.line === undefined ? 'Failed.' : `Failed in line ${failure.line}.`;
}

function hear(report: Report): void {
  if (report.kind === 'print') output.print(report.level, report.parts);
  else if (report.kind === 'failed') fail(report.failure);
  else if (status.textContent.startsWith('Running')) status.textContent = `Finished in ${report.seconds.toFixed(2)} s.`;
}

function start(job: Job): void {
  try {
    worker = new Worker(addressOf('assets/worker.js'), { type: 'module' });
  } catch {
    return fail({
      message: 'Browsers run workers only from a server: open this page over http, as `npm run site -- --serve` does.',
    });
  }
  worker.onmessage = ({ data }: MessageEvent<Report>) => hear(data);
  worker.onerror = (event) => {
    event.preventDefault();
    fail({ message: event.message || 'The worker that runs the code could not be loaded.' });
  };
  worker.postMessage(job);
  stopButton.disabled = false;
}

function run(): void {
  end();
  output.clear();
  editor.unmark();
  status.textContent = 'Running …';
  try {
    start(jobOf(editor.code, addresses));
  } catch (error) {
    if (!(error instanceof CodeError)) throw error;
    fail({ message: String(error), line: error.at.line });
  }
}

function show(code: string): void {
  end();
  output.clear();
  editor.unmark();
  editor.code = code;
  status.textContent = 'Ready.';
}

/** Shows what the address asks for: code, an example by name, or the first example. */
async function showAddressed(): Promise<void> {
  const code = await codeOf(location.hash);
  const named = examples.find(({ name }) => location.hash === `#example=${name}`);
  const example = named ?? (code === undefined ? examples[0] : undefined);
  choice.value = example?.name ?? '';
  show(code ?? example?.code ?? '');
}

async function share(): Promise<void> {
  const address = new URL(await hashOf(editor.code), location.href).href;
  history.replaceState(null, '', address);
  choice.value = examples.find(({ code }) => code === editor.code)?.name ?? '';
  try {
    await navigator.clipboard.writeText(address);
    status.textContent = 'The link to this code is in the clipboard and in the address bar.';
  } catch {
    status.textContent = 'The link to this code is in the address bar.';
  }
}

find(HTMLButtonElement, '#run').addEventListener('click', run);
stopButton.addEventListener('click', () => {
  end();
  status.textContent = 'Stopped.';
});
find(HTMLButtonElement, '#share').addEventListener('click', () => void share());
choice.addEventListener('change', () => {
  location.hash = `example=${choice.value}`;
});
addEventListener('hashchange', () => void showAddressed());
// Before the editor sees the keys, which would begin a new line
document.addEventListener(
  'keydown',
  (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  },
  { capture: true },
);
void showAddressed();

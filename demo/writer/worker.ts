// The worker of "Writer": one text, one network.
import { init } from 'wasmgrad';
import { turn } from '../training/waiting.js';
import { Author } from './author.js';
import { WINDOW, type Reply, type Request, type Style, type WriterSettings } from './messages.js';

/** Milliseconds of training after which messages are heard, between two reports, and between two texts. */
const [SLICE, REPORT, WRITE] = [12, 100, 1200];
/** Windows of a batch. */
const ROWS = 16;

let author: Author | undefined;
let style: Style = { prompt: '', temperature: 0.5 };
let stopped = false;

function report(reply: Reply): void {
  self.postMessage(reply);
}

function write(by: Author): void {
  const prompt = by.beginning(style.prompt);
  report({ kind: 'written', step: by.steps, prompt, text: by.write(style) });
}

async function train(settings: WriterSettings): Promise<void> {
  await init({ threads: 1 });
  const own = new Author(settings);
  author = own;
  report({
    kind: 'started',
    parameters: own.model.parameterCount,
    letters: own.letters.length,
    frequencies: own.frequencyBits,
  });
  let [since, reported, written, bits, steps] = [performance.now(), performance.now(), performance.now(), 0, 0];
  while (own.steps < settings.steps && !stopped) {
    const loss = own.step();
    if (!Number.isFinite(loss)) throw new RangeError('The loss is no longer finite.');
    bits += loss;
    steps++;
    const now = performance.now();
    if (now - since < SLICE) continue;
    if (now - reported >= REPORT) {
      const charactersPerSecond = (1000 * steps * ROWS * WINDOW) / (now - reported);
      report({ kind: 'progress', step: own.steps, bits: bits / steps, charactersPerSecond });
      if (now - written >= WRITE) {
        write(own);
        written = performance.now();
      }
      [bits, steps, reported] = [0, 0, performance.now()];
    }
    await turn();
    since = performance.now();
  }
  write(own);
  report({ kind: 'stopped', step: own.steps });
}

async function handle(request: Request): Promise<void> {
  if (request.kind === 'stop') stopped = true;
  else {
    style = request.style;
    if (request.kind === 'train') await train(request.settings);
    else if (request.kind === 'write' && author) write(author);
  }
}

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  handle(data).catch((error: unknown) => {
    report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});

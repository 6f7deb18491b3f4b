// What a browser tab shows that joins a search by its link.

/** `imports`: names of the package's entries, and their addresses relative to the page. */
export function pageOf(imports: Readonly<Record<string, string>>): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>A search for hyperparameters</title>
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem }
button { font: inherit; padding: 0.3rem 1rem }
</style>
<script type="importmap">${JSON.stringify({ imports }).replaceAll('<', '\\u003c')}</script>
<main>
<h1>A search for hyperparameters</h1>
<p>This tab trains models for it as long as it is open.</p>
<p role="status">Joining &hellip;</p>
<p><button type="button">Leave</button></p>
</main>
<script type="module">
import { joinSearch } from 'wasmgrad/selection';
const status = document.querySelector('[role=status]');
const button = document.querySelector('button');
const controller = new AbortController();
const { signal } = controller;
const say = (text) => {
  status.textContent = text;
};
const end = (text) => {
  say(text);
  button.disabled = true;
};
button.onclick = () => controller.abort();
const trainings = (n) => (n === 1 ? '1 training' : n + ' trainings') + ' done';
say(trainings(0));
joinSearch(new URL('./', location.href).href, {
  module: new URL('trials.js', location.href),
  signal,
  onTask: (n) => say(trainings(n)),
}).then(
  (n) => end((signal.aborted ? 'You have left: ' : 'The search is over: ') + trainings(n) + '. Thank you!'),
  (error) => end(error.message),
);
</script>
`;
}

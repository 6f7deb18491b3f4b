import { download, find, percent, whole } from '../page.js';
import { grouped, hashFor } from './link.js';
import type { Reply, Request, Settings } from './messages.js';

export interface KeepOptions {
  /** Name of the tab. */
  readonly tab: string;
  readonly send: (request: Request) => void;
  /** The settings as they stand in the form. */
  readonly settings: () => Settings | undefined;
  /** The settings of the network that is there, when these alone lead to it. */
  readonly trained: () => Settings | undefined;
}

/** Save the network, open another, share the settings. */
export class Keep {
  readonly #options: KeepOptions;
  readonly #save: HTMLButtonElement;
  readonly #open: HTMLInputElement;
  readonly #bits: HTMLElement;
  readonly #status: HTMLElement;
  readonly #about: string;
  /** SHA-256 of the network's weights. */
  #weights: string | undefined;
  /** What a link promises, and for which settings. */
  #promised: { readonly weights: string; readonly hash: string } | undefined;

  constructor(section: HTMLElement, options: KeepOptions) {
    this.#options = options;
    this.#save = find(HTMLButtonElement, '[data-keep=save]', section);
    this.#open = find(HTMLInputElement, '[data-keep=open]', section);
    this.#bits = find(HTMLElement, '[data-part=bits]', section);
    this.#status = find(HTMLElement, '[data-part=keep-status]', section);
    this.#about = this.#bits.textContent;
    this.#save.addEventListener('click', () => options.send({ kind: 'save' }));
    this.#open.addEventListener('change', () => void this.#read());
    find(HTMLButtonElement, '[data-keep=share]', section).addEventListener('click', () => void this.#share());
    this.allow({ save: false, open: true });
  }

  allow({ save, open }: { readonly save: boolean; readonly open: boolean }): void {
    this.#save.disabled = !save;
    this.#open.disabled = !open;
  }

  /** The page was opened by a link whose sender got these weights from these settings. */
  promise(weights: string, settings: Settings): void {
    this.#promised = { weights, hash: hashFor(this.#options.tab, settings, undefined) };
    this.#announce();
  }

  #announce(): void {
    const text = `The settings are those of the link. Press Start: the weights will be ${grouped(this.#promised?.weights ?? '')} … here, too.`;
    this.#bits.textContent = this.#promised ? text : this.#about;
  }

  /** The network is forgotten. */
  forget(): void {
    this.#weights = undefined;
    this.allow({ save: false, open: true });
    this.#say('');
    this.#announce();
  }

  hear(reply: Reply): void {
    if (reply.kind === 'stopped') this.#trained(reply);
    else if (reply.kind === 'saved') {
      download(reply.bytes, `${this.#options.tab}.safetensors`);
      this.#say(
        `Downloaded, ${whole(reply.bytes.length / 1000)} kB: loadModel of wasmgrad/io reads it, and Open does.`,
      );
    } else if (reply.kind === 'opened') {
      this.#weights = undefined;
      this.#bits.textContent = `Weights ${grouped(reply.weights)} … (SHA-256), from the file.`;
      this.#say(`Opened: ${whole(reply.parameters)} weights, accuracy ${percent(reply.accuracy)}.`);
      this.allow({ save: true, open: true });
    } else if (reply.kind === 'refused') this.#say(reply.message, true);
  }

  #trained({ how, steps, weights, reproducible }: Extract<Reply, { kind: 'stopped' }>): void {
    const exact = how === 'completed' && reproducible;
    this.#weights = exact ? weights : undefined;
    const verdict = exact ? this.#verdict(weights) : '';
    this.#bits.textContent = `Weights ${grouped(weights)} … (SHA-256) after ${whole(steps)} steps.${verdict}`;
    this.#bits.dataset['weights'] = weights;
    this.allow({ save: true, open: true });
  }

  /** Whether a link has kept its promise. */
  #verdict(weights: string): string {
    const settings = this.#options.trained();
    const promised = this.#promised;
    if (!promised || !settings || hashFor(this.#options.tab, settings, undefined) !== promised.hash) return '';
    if (weights.startsWith(promised.weights)) return ' The same bits as in the link.';
    return ` The link says ${grouped(promised.weights)} …: it is of another version.`;
  }

  async #read(): Promise<void> {
    const [file] = this.#open.files ?? [];
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    this.#open.value = '';
    const problem = this.#options.settings()?.problem;
    if (problem) this.#options.send({ kind: 'open', problem, bytes });
  }

  async #share(): Promise<void> {
    const settings = this.#options.settings();
    if (!settings) return;
    const hash = hashFor(this.#options.tab, settings, undefined);
    const trained = this.#options.trained();
    const isTrained = trained && hashFor(this.#options.tab, trained, undefined) === hash;
    const weights = isTrained ? this.#weights : undefined;
    history.replaceState(null, '', hashFor(this.#options.tab, settings, weights));
    const promise = weights ? ' It says which weights must come out.' : '';
    try {
      await navigator.clipboard.writeText(location.href);
      this.#say(`Copied.${promise}`);
    } catch {
      this.#say(`The link is in the address bar.${promise}`);
    }
  }

  #say(text: string, failed = false): void {
    this.#status.textContent = text;
    this.#status.classList.toggle('failed', failed);
  }
}

// A progress line for terminals, plain lines elsewhere. Nothing here is needed when `progress` is off.

/** The part of a terminal stream that is used. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

function terminal(): Terminal | undefined {
  const host: { process?: { stdout?: Terminal } } = globalThis;
  return host.process?.stdout;
}

const WIDTH = 24;
const INTERVAL_MS = 80;

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Numbers of a log, formatted for display. */
function entry(name: string, value: number): string {
  return `${name} ${/accuracy/i.test(name) ? `${(100 * value).toFixed(2)} %` : value.toPrecision(4)}`;
}

/** Shows the progress of an epoch: a bar on a terminal, elsewhere one line for each epoch. */
export class Progress {
  readonly #epochs: number;
  readonly #out: Terminal | undefined;
  #shown = 0;

  constructor(epochs: number, out: Terminal | undefined = terminal()) {
    this.#epochs = epochs;
    this.#out = out;
  }

  /** After a batch. `total` is undefined when the number of rows is not known. */
  batch(
    epoch: number,
    rows: number,
    total: number | undefined,
    values: () => Readonly<Record<string, number>>,
    seconds: number,
    rowsTimed: number,
  ): void {
    const now = performance.now();
    if (!this.#out?.isTTY || now - this.#shown < INTERVAL_MS) return;
    this.#shown = now;
    const rate = rowsTimed / Math.max(seconds, 1e-9);
    let [bar, left] = ['', ''];
    if (total) {
      bar = '█'.repeat(Math.round((rows / total) * WIDTH)).padEnd(WIDTH, '░') + ' ';
      left = ` · ${duration((total - rows) / rate)} left`;
    }
    this.#out.write(`\r\x1b[K${this.#line(epoch, values(), rate, bar)}${left}`);
  }

  #line(epoch: number, values: Readonly<Record<string, number>>, rate: number, bar = ''): string {
    const parts = Object.entries(values).map(([name, value]) => entry(name, value));
    const speed = Math.round(rate).toLocaleString('en-US');
    return `epoch ${epoch}/${this.#epochs} ${bar}${parts.join(' · ')} · ${speed} samples/s`;
  }

  /** After an epoch. */
  epoch(epoch: number, values: Readonly<Record<string, number>>, seconds: number, samplesPerSecond: number): void {
    const line = `${this.#line(epoch, values, samplesPerSecond)} · ${seconds.toFixed(1)} s`;
    // eslint-disable-next-line no-console -- where there is no terminal the console is what the user asked for
    if (!this.#out) console.log(line);
    else this.#out.write(`${this.#out.isTTY ? '\r\x1b[K' : ''}${line}\n`);
  }
}

// WebKitGTK by its WebDriver (https://www.w3.org/TR/webdriver2/): as much of a client as opening a page needs.
import { find, freePort, start } from './programs.mjs';

const FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/libexec', '/usr/lib'].flatMap(
  (folder) => ['4.1', '6.0'].map((version) => `${folder}/webkit2gtk-${version}`),
);

/** The programs: the driver, a small browser, and a screen for it where there is none. */
function programs() {
  const driver = find(['WebKitWebDriver']);
  const browser = find(['MiniBrowser'], FOLDERS);
  const screen = process.env['DISPLAY'] ? [] : [find(['xvfb-run']), '--auto-servernum'];
  return driver && browser && !screen.includes(undefined) ? { driver, browser, screen } : undefined;
}

export class WebKit {
  static advice = 'WebKit is not installed: `apt-get install webkit2gtk-driver xvfb` on Debian';
  #process;
  #base;
  #session;
  /** The version of the engine, once a page is open. */
  version = '';

  static installed() {
    return programs() !== undefined;
  }

  async #send(method, path, body) {
    const response = await fetch(this.#base + path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`WebKit: ${value.error}: ${value.message}`);
    return value;
  }

  async #answers() {
    for (let attempt = 0; attempt < 200; attempt++) {
      try {
        return await this.#send('GET', '/status');
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    throw new Error('WebKit: expected the driver to answer within ten seconds');
  }

  async #launch() {
    const { driver, browser, screen } = programs();
    const port = await freePort();
    this.#base = `http://127.0.0.1:${port}`;
    const [command, ...args] = [...screen, driver, `--port=${port}`];
    // Isolated pages get SharedArrayBuffer, as they do in Safari; WebKitGTK keeps it behind a switch.
    this.#process = start(command, args, { env: { ...process.env, JSC_useSharedArrayBuffer: '1' } });
    await this.#answers();
    const options = { 'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] } };
    const { sessionId, capabilities } = await this.#send('POST', '/session', {
      capabilities: { alwaysMatch: options },
    });
    this.#session = `/session/${sessionId}`;
    this.version = `WebKitGTK ${capabilities.browserVersion}`;
  }

  /** Opens a page, in place of the one that was open. */
  async open(url) {
    if (!this.#process) await this.#launch();
    await this.#send('POST', `${this.#session}/url`, { url });
  }

  async close() {
    try {
      if (this.#session) await this.#send('DELETE', this.#session);
    } finally {
      await this.#process?.end();
      this.#process = undefined;
      this.#session = undefined;
    }
  }
}

// WebKitGTK by its WebDriver (https://www.w3.org/TR/webdriver2/): as much of a client as tests need.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { playwright } from '@vitest/browser-playwright';
import { webkit } from './engines.mjs';

/** A port that nobody uses. */
async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** One window of WebKitGTK. */
export class WebKit {
  #driver;
  #base;
  #session;
  /** The version of the engine. */
  version = '';

  /**
   * @param {{ sharedMemory?: boolean }} options sharedMemory: give isolated pages SharedArrayBuffer, as Safari does;
   * WebKitGTK keeps it behind a switch.
   */
  static async launch({ sharedMemory = true } = {}) {
    const programs = webkit();
    if (!programs) throw new Error('WebKit.launch: expected WebKitGTK to be installed');
    const browser = new WebKit();
    const port = await freePort();
    browser.#base = `http://127.0.0.1:${port}`;
    const command = [programs.driver, `--port=${port}`];
    if (programs.screen) command.unshift(programs.screen, '--auto-servernum');
    // A group of its own, so that the screen and the browser end with the driver.
    browser.#driver = spawn(command[0], command.slice(1), {
      env: { ...process.env, JSC_useSharedArrayBuffer: sharedMemory ? '1' : '0' },
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: true,
    });
    process.once('exit', browser.#end);
    try {
      await browser.#ready();
      const options = { binary: programs.browser, args: ['--automation'] };
      const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
      const session = await browser.#send('POST', '/session', { capabilities });
      browser.#session = `/session/${session.sessionId}`;
      browser.version = session.capabilities.browserVersion;
      await browser.#send('POST', `${browser.#session}/timeouts`, { script: 120_000 });
      return browser;
    } catch (error) {
      browser.#end();
      throw error;
    }
  }

  #end = () => {
    process.removeListener('exit', this.#end);
    try {
      process.kill(-this.#driver.pid);
    } catch {
      // it has ended by itself
    }
  };

  async #ready() {
    for (let attempt = 0; attempt < 200; attempt++) {
      try {
        await this.#send('GET', '/status');
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    throw new Error('WebKit.launch: expected the driver to answer within ten seconds');
  }

  async #send(method, path, body) {
    const response = await fetch(this.#base + path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`WebKit: ${value.error}: ${value.message}`);
    return value;
  }

  /** Opens a page and waits until it has loaded. */
  async goto(url) {
    await this.#send('POST', `${this.#session}/url`, { url });
  }

  /** The value of an expression in the page, once it is there when it is a promise. */
  async evaluate(expression) {
    const script = `const done = arguments[0];
      Promise.resolve(${expression}).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.#send('POST', `${this.#session}/execute/async`, { script, args: [] });
    if (error !== undefined) throw new Error(error);
    return value;
  }

  async close() {
    try {
      await this.#send('DELETE', this.#session);
    } finally {
      this.#end();
    }
  }
}

/**
 * The same as a browser provider of Vitest: one window, files one after another.
 * @returns {import('vitest/node').BrowserProviderOption}
 */
export function webkitProvider(options = {}) {
  const { serverFactory } = playwright(); // the test runner's own server: the same for every provider
  return {
    name: 'webkit',
    supportedBrowser: ['webkit'],
    options,
    serverFactory,
    providerFactory: () => new Provider(options),
  };
}

class Provider {
  name = 'webkit';
  supportsParallelism = false;
  #options;
  #browser;

  constructor(options) {
    this.#options = options;
  }

  getCommandsContext() {
    return {};
  }

  async openPage(_session, url) {
    this.#browser ??= WebKit.launch(this.#options);
    await (await this.#browser).goto(url);
  }

  async close() {
    await (await this.#browser)?.close();
  }
}

// Firefox and WebKit, where they are installed. Nothing in the repository needs them: `npm run test:engines` and
// `npm run test:runtimes` use what is there and say how to get what is not.
import { playwright } from '@vitest/browser-playwright';
import { Firefox } from './firefox.mjs';
import { WebKit } from './webkit.mjs';

/** By name: `installed()`, `advice` and, made with `new`, `open(url)`, `close()` and `version`. */
export const engines = { firefox: Firefox, webkit: WebKit };

/** Vitest's side of an engine: one window, files one after another. */
class Provider {
  supportsParallelism = false;
  name;
  #engine;

  constructor(name) {
    this.name = name;
    this.#engine = new engines[name]();
  }

  getCommandsContext() {
    return {};
  }

  openPage(_session, url) {
    return this.#engine.open(url);
  }

  close() {
    return this.#engine.close();
  }
}

/**
 * An engine as a browser provider of Vitest.
 * @param {'firefox' | 'webkit'} name
 * @returns {import('vitest/node').BrowserProviderOption}
 */
export function engineProvider(name) {
  const { serverFactory } = playwright(); // the test runner's own server: the same for every provider
  return { name, supportedBrowser: [name], options: {}, serverFactory, providerFactory: () => new Provider(name) };
}

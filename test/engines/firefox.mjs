// The installed Firefox, as its users have it: headless, with a profile of its own, and not under remote control. (Under
// WebDriver BiDi, which Playwright's `moz-firefox` uses, one in a dozen `new Worker` inside a worker never returned in
// Firefox 153, with or without this library; outside of it none of 800 hung.) It opens the one page it is started with.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { find, start } from './programs.mjs';

const FOLDERS = ['/Applications/Firefox.app/Contents/MacOS', 'C:\\Program Files\\Mozilla Firefox'];

/** No questions, no pages of welcome, no calls home. */
const PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.tabs.remote.autostart': true,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'termsofuse.bypassNotification': true,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
};

const program = () => process.env['FIREFOX'] ?? find(['firefox', 'firefox-esr', 'firefox.exe'], FOLDERS);

export class Firefox {
  static advice = 'Firefox is not installed: `apt-get install firefox-esr` on Debian, or $FIREFOX with the path of one';
  #process;
  #profile;
  /** The version of the engine, once a page is open. */
  version = '';

  static installed() {
    return program() !== undefined;
  }

  /** Opens a page, in place of the one that was open. */
  async open(url) {
    await this.close();
    this.version = execFileSync(program(), ['--version'], { encoding: 'utf8' }).trim();
    this.#profile = mkdtempSync(join(tmpdir(), 'wasmgrad-firefox-'));
    const lines = Object.entries(PREFERENCES).map((entry) => `user_pref(${entry.map(JSON.stringify).join(', ')});\n`);
    writeFileSync(join(this.#profile, 'user.js'), lines.join(''));
    this.#process = start(program(), ['--headless', '--no-remote', '--profile', this.#profile, url]);
  }

  async close() {
    await this.#process?.end();
    this.#process = undefined;
    if (this.#profile) rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

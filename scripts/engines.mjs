// Firefox and WebKit, where they are installed. Nothing in the repository needs them: `npm run test:engines` and
// `npm run test:runtimes` use what is there and say how to get what is not.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const APPLICATIONS = ['/Applications/Firefox.app/Contents/MacOS', 'C:\\Program Files\\Mozilla Firefox'];
const MINI_BROWSERS = ['x86_64', 'aarch64']
  .flatMap((machine) => [`/usr/lib/${machine}-linux-gnu`, `/usr/libexec`, '/usr/lib'])
  .flatMap((folder) => ['4.1', '6.0'].map((version) => `${folder}/webkit2gtk-${version}`));

/** The first of some programs that is in one of the folders, or in $PATH. */
function find(names, folders = []) {
  const everywhere = [...folders, ...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean)];
  return everywhere
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * Playwright's launch options for the installed Firefox (not for Playwright's own build of it): $FIREFOX, or the one in
 * the path.
 * @returns {import('playwright').LaunchOptions | undefined}
 */
export function firefox() {
  const executablePath = process.env['FIREFOX'] ?? find(['firefox', 'firefox-esr', 'firefox.exe'], APPLICATIONS);
  return executablePath === undefined ? undefined : { executablePath, channel: 'moz-firefox' };
}

/**
 * The programs that drive WebKitGTK: its WebDriver, its small browser, and a screen for it where there is none.
 * @returns {{ driver: string, browser: string, screen: string | undefined } | undefined}
 */
export function webkit() {
  const driver = find(['WebKitWebDriver']);
  const browser = find(['MiniBrowser'], MINI_BROWSERS);
  const screen = process.env['DISPLAY'] ? undefined : find(['xvfb-run']);
  if (!driver || !browser || (!screen && !process.env['DISPLAY'])) return undefined;
  return { driver, browser, screen };
}

/** What is there, and how to get it, by name. */
export const engines = {
  firefox: {
    installed: () => firefox() !== undefined,
    advice: 'Firefox is not installed: `apt-get install firefox-esr` on Debian, or $FIREFOX with the path of one',
  },
  webkit: {
    installed: () => webkit() !== undefined,
    advice: 'WebKitGTK is not installed: `apt-get install webkit2gtk-driver xvfb` on Debian',
  },
};

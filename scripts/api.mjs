// The public surface of every entry as a committed text, so that no change of it goes unnoticed.
//   npm run api            writes api/*.api.md from dist/types
//   npm run api -- --check fails when they are not as they would be written
//   --entry layers         one entry; --folder FOLDER: reports in another folder
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const { values: flags } = parseArgs({
  options: { check: { type: 'boolean' }, folder: { type: 'string' }, entry: { type: 'string' } },
});
const FOLDER = resolve(flags.folder ?? 'api');
const scratch = mkdtempSync(join(tmpdir(), 'wasmgrad-api-'));
const { exports, name: packageName } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.entries(exports).filter(
  ([path, target]) => typeof target === 'object' && (flags.entry === undefined || path === `./${flags.entry}`),
);

/** Writes the report of an entry unless it is current; returns whether it was. */
function report(path, types, localBuild) {
  const name = path === '.' ? packageName : path.slice(2);
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: resolve('.'),
      mainEntryPointFilePath: resolve(types),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            module: 'ESNext',
            moduleResolution: 'bundler',
            lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable'],
            types: [],
            strict: true,
            exactOptionalPropertyTypes: true,
            skipLibCheck: true,
          },
          files: [resolve(types)],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: FOLDER,
        reportTempFolder: scratch,
        includeForgottenExports: true, // types that the exports are made of are part of the surface
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
    configObjectFullPath: resolve('package.json'),
    packageJsonFullPath: resolve('package.json'),
  });
  const { succeeded, apiReportChanged } = Extractor.invoke(config, {
    localBuild,
    messageCallback: (message) => {
      message.handled = message.logLevel !== 'error';
    },
  });
  if (!succeeded && !apiReportChanged) throw new Error(`${name}: its declarations could not be read`);
  return !apiReportChanged;
}

const check = flags.check ?? false;
mkdirSync(FOLDER, { recursive: true });
const changed = entries.filter(([path, { types }]) => !report(path, types, !check)).map(([path]) => path);
rmSync(scratch, { recursive: true });
if (check && changed.length > 0) {
  console.error(`The public surface of ${changed.join(', ')} is not the one in api/. If that is meant: npm run api`);
  process.exitCode = 1;
} else console.log(`${entries.length} entries, ${changed.length} changed`);

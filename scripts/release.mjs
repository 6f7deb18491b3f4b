// Publishes the version of package.json, with provenance: `npm run release`, in a workflow that may sign (release.yml).
//   npm run release -- --dry-run   packs and asks npm what it would publish; needs neither a login nor a signature
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';

const dryRun = process.argv.includes('--dry-run');

/** Runs a command; ends like it if it fails. */
function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** What stands in the way of a release of this version. */
function obstacles(version) {
  const changed = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }).trim();
  const pending = readdirSync('.changeset').filter((file) => file.endsWith('.md') && file !== 'README.md');
  const listed = new RegExp(`^## ${version.replaceAll('.', '\\.')}$`, 'm').test(readFileSync('CHANGELOG.md', 'utf8'));
  return [
    changed && `everything to be committed, got changes in\n${changed}`,
    pending.length > 0 && `no pending changesets (npm run release:version), got ${pending.join(', ')}`,
    !listed && `a section '## ${version}' in CHANGELOG.md, got none`,
  ].filter(Boolean);
}

const { version, files } = JSON.parse(readFileSync('package.json', 'utf8'));
const missing = files.filter((file) => !existsSync(file));
if (missing.length > 0) throw new Error(`release: expected ${missing.join(', ')} to be there: npm run build`);

if (dryRun) {
  run('npm', 'publish', '--dry-run', '--ignore-scripts', '--provenance=false', '--loglevel=error');
  console.log(`release: ${version} could be packed`);
} else {
  const found = obstacles(version);
  for (const each of found) console.error(`release: expected ${each}`);
  if (found.length > 0) process.exit(1);
  run('bash', '.ci/run', '--no-install');
  run('npm', 'publish'); // access and provenance: publishConfig of package.json
}

// Changes the code in one place at a time and runs the tests: a change that no test notices is a test that is missing,
// or code that does nothing (or one of a room further down: name its tests).
// `npm run mutate -- src/losses [--count 40] [--seed 1] [-- test/losses]`
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';

const SWAPS = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '&&': '||',
  '||': '&&',
  '??': '&&',
};

/** The texts that may stand in a node's place, each with what it replaces. */
function replacements(node) {
  if (ts.isBinaryExpression(node)) {
    const swap = SWAPS[node.operatorToken.getText()];
    return swap ? [[node.operatorToken, swap]] : [];
  }
  if (ts.isNumericLiteral(node)) return [[node, `(${node.text} + 1)`]];
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [[node, 'false']];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [[node, 'true']];
  if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) return [[node, ';']];
  const condition = ts.isIfStatement(node) ? node.expression : ts.isConditionalExpression(node) && node.condition;
  if (!condition) return [];
  return [
    [condition, 'true'],
    [condition, 'false'],
  ];
}

function mutantsOf(file) {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    if (ts.isTypeAliasDeclaration(node)) return;
    for (const [old, to] of replacements(node)) found.push({ file, text, begin: old.getStart(), end: old.end, to });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `count` of the entries, the same for the same seed. */
function sample(entries, count, seed) {
  const left = [...entries];
  const chosen = [];
  let state = seed >>> 0;
  while (chosen.length < count && left.length > 0) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    chosen.push(...left.splice(Math.floor((state / 2 ** 32) * left.length), 1));
  }
  return chosen;
}

/** Whether a test fails. One that does not end counts as failing. */
function failing(paths) {
  const options = ['run', '--project', 'node', '--bail', '1', '--silent=true', '--reporter=dot'];
  return spawnSync('npx', ['vitest', ...options, ...paths], { timeout: 300_000 }).status !== 0;
}

const argv = process.argv.slice(2);
const cut = argv.includes('--') ? argv.indexOf('--') : argv.length;
const { values, positionals } = parseArgs({
  args: argv.slice(0, cut),
  options: { count: { type: 'string', default: '40' }, seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
if (positionals.length === 0) {
  console.error('usage: npm run mutate -- src/losses [--count 40] [--seed 1] [-- test/losses]');
  process.exit(2);
}
const within = (path) =>
  statSync(path).isDirectory() ? readdirSync(path, { recursive: true }).map((name) => join(path, name)) : [path];
const files = positionals.flatMap(within).filter((file) => file.endsWith('.ts') && !file.includes('generated'));
const rooms = [...new Set(files.map((file) => file.replace(/^src\/(\w+).*/, 'test/$1')))];
const tests = argv.length > cut + 1 ? argv.slice(cut + 1) : rooms;
if (failing(tests)) throw new Error(`mutate: expected tests that pass, got a failure in ${tests.join(' ')}`);

const mutants = sample(files.sort().flatMap(mutantsOf), Number(values.count), Number(values.seed));
process.on('SIGINT', () => process.exit(130)); // so that 'exit' puts the file right
let survivors = 0;
for (const { file, text, begin, end, to } of mutants) {
  const restore = () => writeFileSync(file, text);
  process.once('exit', restore);
  writeFileSync(file, text.slice(0, begin) + to + text.slice(end));
  const killed = failing(tests);
  restore();
  process.removeListener('exit', restore);
  if (!killed) survivors++;
  const line = text.slice(0, begin).split('\n').length;
  const old = text.slice(begin, end).replace(/\s+/g, ' ').slice(0, 80);
  console.log(`${killed ? 'killed  ' : 'SURVIVED'} ${file}:${line}  ${old}  ->  ${to}`);
}
console.log(`${mutants.length - survivors} of ${mutants.length} killed`);

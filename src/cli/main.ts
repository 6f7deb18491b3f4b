import { release } from '../runtime/generated/release.js';
import { helpOf, parse, type Command } from './command.js';
import { convert } from './convert.js';
import { isBrokenPipe, lineOf, UsageError } from './errors.js';
import { evaluate } from './evaluate.js';
import { inspect } from './inspect.js';
import { predict } from './predict.js';
import { suggestion } from './suggest.js';
import { note, print, quietStreams, red } from './terminal.js';
import { train } from './train.js';
import { verify } from './verify.js';

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name, args }) => name.length + args.length + 1));
  return [
    'Usage: wasmgrad <command> [options]',
    '',
    'Trains neural networks on tables, and works with the files of models.',
    '',
    ...commands.map(({ name, args, summary }) => `  ${`${name} ${args}`.padEnd(width)}  ${summary}`),
    '',
    'wasmgrad <command> --help tells more about one; --version is the version.',
    'Data go to standard output, all else to standard error; - is standard input.',
    'Exit codes: 0 done, 1 failed, 2 called wrongly. With NO_COLOR nothing is coloured.',
  ].join('\n');
}

function commandOf(commands: readonly Command[], name: string): Command {
  const found = commands.find((command) => command.name === name);
  if (found) return found;
  const known = commands.map((command) => command.name);
  if (name.startsWith('-')) {
    const near = suggestion(name.replace(/^-+/, ''), ['help', 'version']).replace("'", "'--");
    throw new UsageError(`expected a command (${known.join(', ')}) first, got the option ${name}${near}`);
  }
  throw new UsageError(`expected the command ${known.join(', ')}, got '${name}'${suggestion(name, known)}`);
}

async function dispatch(commands: readonly Command[], [first = '--help', ...rest]: readonly string[]): Promise<number> {
  if (first === '--version' || first === '-v') {
    await print(`${release.version}\n`);
    return 0;
  }
  const [second] = rest;
  if (first === '--help' || first === '-h' || (first === 'help' && second === undefined)) {
    await print(`${overview(commands)}\n`);
    return 0;
  }
  const command = commandOf(commands, first === 'help' ? (second ?? '') : first);
  const given = first === 'help' ? undefined : parse(command, rest);
  if (given && !given.has('help')) return command.run(given);
  await print(`${helpOf(command)}\n`);
  return 0;
}

/**
 * The command line.
 *
 * @param args those after the name of the program
 * @param bench the command that compares with plain JavaScript, which is no part of the library
 * @returns the exit code
 */
export async function main(args: readonly string[], bench: Command): Promise<number> {
  quietStreams();
  const commands = [train, predict, evaluate, inspect, convert, verify, bench];
  try {
    return await dispatch(commands, args);
  } catch (error) {
    if (isBrokenPipe(error)) return 0; // who reads has read enough
    const isUsage = error instanceof UsageError;
    const known = commands.find(({ name }) => name === args[0]);
    const hint = isUsage ? ` (wasmgrad ${known ? `${known.name} ` : ''}--help tells more)` : '';
    note(`${red('wasmgrad:')} ${lineOf(error)}${hint}`);
    return isUsage ? 2 : 1;
  }
}

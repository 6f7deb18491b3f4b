// Programs that may be installed on this machine, and their processes.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';

/** The first of some programs that is in one of the folders, or in $PATH. */
export function find(names, folders = []) {
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

/** A process with all that it starts, which ends with this one at the latest. */
export function start(program, args, options = {}) {
  const child = spawn(program, args, { stdio: 'ignore', detached: true, ...options });
  child.on('error', () => undefined); // its exit says enough
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  const end = () => {
    process.removeListener('exit', end);
    try {
      process.kill(-child.pid);
    } catch {
      // it has ended by itself
    }
  };
  process.once('exit', end);
  return {
    end: async () => {
      end();
      await ended;
    },
  };
}

/** A port that nobody uses. */
export async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

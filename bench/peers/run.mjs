// `npm start [-- WORKLOAD ...] [--peers wasmgrad,jax-js] [--rounds 6] [--milliseconds 300] [--warmup 2500]
// [--threads 1]` Every peer is a separate process. They alternate, round by round, so that all run under the same conditions; the shortest time
// of many windows counts. Prints tables, writes ../results/peers.json.
import { execFileSync, fork, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const NODE_PEERS = ['wasmgrad', 'wasmgrad-relaxed', 'jax-js', 'tfjs-wasm', 'tfjs-cpu', 'convnetjs', 'brain', 'onnx'];
const PYTHON_PEER = 'pytorch';
const WORKLOADS = ['mnist-64', 'mnist-1', 'xor', 'controller', 'digit', 'cnn-64'];
/** Those that share the work of a step among threads. */
const THREADED = ['wasmgrad', 'wasmgrad-relaxed', PYTHON_PEER];
const PATIENCE = 300_000;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A process that answers one message at a time. */
class Peer {
  #pending;

  constructor(name, start) {
    this.name = name;
    this.close = start(
      (reply) => this.#settle('resolve', reply),
      (code) => this.#settle('reject', new Error(`${name} ended with code ${code}`)),
      (send) => (this.send = send),
    );
  }

  #settle(how, value) {
    const pending = this.#pending;
    this.#pending = undefined;
    if (!pending) return;
    clearTimeout(pending.timer);
    if (how === 'resolve' && value.error) pending.reject(new Error(value.error));
    else pending[how](value);
  }

  ask(message) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle('reject', new Error(`${this.name}: no answer`)), PATIENCE);
      this.#pending = { resolve, reject, timer };
      this.send(message);
    });
  }
}

/** Flags of Node: its versions before 22 have relaxed SIMD behind one. */
const flagsOf = (name) =>
  name === 'wasmgrad-relaxed' && Number(process.versions.node.split('.')[0]) < 22
    ? ['--experimental-wasm-relaxed-simd']
    : [];

const nodePeer = (name, threads) =>
  new Peer(name, (reply, ended, sender) => {
    const child = fork(here('support/worker.mjs'), [name], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: flagsOf(name),
      env: {
        ...process.env,
        PEER_THREADS: String(threads),
        PEER_SIMD: name === 'wasmgrad-relaxed' ? 'relaxed' : 'strict',
      },
    });
    child.on('message', reply).on('exit', ended);
    sender((message) => child.send(message));
    return () => child.disconnect();
  });

/** Debian's OpenBLAS chooses its kernels by the processor; settings inherited from the shell would halve its speed. */
function pythonEnvironment(threads) {
  const { OPENBLAS_CORETYPE: _type, OPENBLAS_L2_SIZE: _size, ...rest } = process.env;
  const count = String(threads);
  return { ...rest, OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, PEER_THREADS: count };
}

const python = process.env.PYTHON ?? '/usr/bin/python3';

function hasTorch() {
  try {
    execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore', env: pythonEnvironment(1) });
    return true;
  } catch {
    return false;
  }
}

const pythonPeer = (name, threads) =>
  new Peer(name, (reply, ended, sender) => {
    const child = spawn(python, [here(`peers/${name}.py`)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: pythonEnvironment(threads),
    });
    createInterface({ input: child.stdout }).on('line', (line) => reply(JSON.parse(line)));
    child.on('exit', ended);
    sender((message) => child.stdin.write(`${JSON.stringify(message)}\n`));
    return () => child.stdin.end();
  });

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      peers: { type: 'string' },
      rounds: { type: 'string', default: '6' },
      milliseconds: { type: 'string', default: '300' },
      warmup: { type: 'string', default: '2500' },
      threads: { type: 'string', default: '1' },
    },
  });
  const known = readdirSync(here('workloads')).map((file) => file.replace('.json', ''));
  const names =
    positionals.length > 0 ? positionals : [...WORKLOADS, ...known.filter((name) => !WORKLOADS.includes(name))];
  for (const name of names)
    if (!known.includes(name)) throw new RangeError(`expected one of ${known.join(', ')}, got ${name}`);
  const [rounds, milliseconds, warmup, threads] = [
    values.rounds,
    values.milliseconds,
    values.warmup,
    values.threads,
  ].map(Number);
  const peers = values.peers?.split(',') ?? (threads > 1 ? THREADED : [...NODE_PEERS, PYTHON_PEER]);
  for (const name of peers) {
    if (![...NODE_PEERS, PYTHON_PEER].includes(name))
      throw new RangeError(`expected peers among ${[...NODE_PEERS, PYTHON_PEER].join(', ')}, got ${name}`);
  }
  const single = threads > 1 ? peers.find((name) => !THREADED.includes(name)) : undefined;
  if (single) throw new RangeError(`expected ${THREADED.join(', ')} with several threads, got ${single}`);
  return { workloads: names, peers, rounds, milliseconds, warmup, threads };
}

function startPeers({ peers, threads }) {
  return peers.flatMap((name) => {
    if (name !== PYTHON_PEER) return [nodePeer(name, threads)];
    if (hasTorch()) return [pythonPeer(name, threads)];
    console.log(`PyTorch: not installed for ${python} (Debian: apt-get install python3-torch libopenblas0-pthread)`);
    return [];
  });
}

/** Milliseconds of one step by peer name; peers that cannot do the workload are left out. */
async function measureWorkload(workload, peers, { rounds, milliseconds, warmup }) {
  const able = [];
  for (const peer of peers) {
    if (workload.peers && !workload.peers.includes(peer.name)) continue;
    try {
      const { supported } = await peer.ask({ command: 'prepare', workload, warmup });
      if (supported) able.push(peer);
    } catch (error) {
      console.log(`  ${peer.label}: failed, ${error.message}`);
    }
  }
  const best = new Map(able.map(({ name }) => [name, Infinity]));
  for (let round = 0; round < rounds; round++) {
    for (const peer of able) {
      const { milliseconds: time } = await peer.ask({ command: 'measure', milliseconds });
      best.set(peer.name, Math.min(best.get(peer.name), time));
    }
  }
  return best;
}

const threeDigits = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const time = (ms) => (ms >= 1 ? `${threeDigits(ms)} ms` : `${threeDigits(ms * 1000)} us`);

function print(workload, best, peers) {
  console.log(`\n${workload.title}`);
  const ours = best.get('wasmgrad');
  const sorted = [...best].sort(([, a], [, b]) => a - b);
  const longest = Math.max(...peers.map(({ label }) => label.length));
  for (const [name, ms] of sorted) {
    const { label } = peers.find((peer) => peer.name === name);
    const ratio = ours === undefined || name === 'wasmgrad' ? '' : `x ${threeDigits(ms / ours)}`;
    // Logarithmic: two characters for every factor of 2 to the fastest.
    const length = 1 + Math.round(2 * Math.log2(ms / sorted[0][1]));
    console.log(`  ${label.padEnd(longest)}  ${time(ms).padStart(10)}  ${ratio.padStart(8)}  ${'█'.repeat(length)}`);
  }
}

/** Asks every peer who it is; one that should not be quoted is closed. */
async function introduce(peers) {
  const present = [];
  for (const peer of peers) {
    try {
      Object.assign(peer, await peer.ask({ command: 'hello' }));
      console.log(`  ${peer.label} ${peer.version}`);
      present.push(peer);
    } catch (error) {
      console.log(`  ${peer.name}: left out, ${error.message.trim()}`);
      peer.close();
    }
  }
  return present;
}

function printRatios(results) {
  const rows = results.filter(({ milliseconds }) => milliseconds.wasmgrad && milliseconds[PYTHON_PEER]);
  if (rows.length === 0) return;
  console.log('\n  time of wasmgrad over that of PyTorch');
  for (const { title, milliseconds } of rows)
    console.log(`  ${(milliseconds.wasmgrad / milliseconds[PYTHON_PEER]).toFixed(2).padStart(6)}  ${title}`);
}

async function main() {
  const settings = options();
  const [load] = loadavg();
  const cores = cpus();
  console.log(
    `${cores[0]?.model.trim()}, ${cores.length} cores, node ${process.version}, threads: ${settings.threads}, load average ${load.toFixed(1)}`,
  );
  if (load > 0.75 * cores.length) console.log('warning: the machine is busy; ratios hold better than times');
  const started = startPeers(settings);
  try {
    const peers = await introduce(started);
    const results = [];
    for (const name of settings.workloads) {
      const workload = JSON.parse(readFileSync(here(`workloads/${name}.json`), 'utf8'));
      const before = loadavg()[0];
      const best = await measureWorkload(workload, peers, settings);
      print(workload, best, peers);
      results.push({
        workload: name,
        title: workload.title,
        milliseconds: Object.fromEntries(best),
        load: [before, loadavg()[0]],
      });
    }
    console.log('\n  x: time over that of wasmgrad; bars on a logarithmic scale, two characters a factor of 2');
    printRatios(results);
    const versions = Object.fromEntries(peers.map(({ name, label, version }) => [name, { label, version }]));
    const machine = { processor: cores[0]?.model.trim(), cores: cores.length, runtime: process.version };
    mkdirSync(here('../results'), { recursive: true });
    writeFileSync(
      here('../results/peers.json'),
      `${JSON.stringify({ date: new Date().toISOString(), machine, versions, settings, results }, null, 2)}\n`,
    );
    console.log(`  ${here('../results/peers.json')}`);
  } finally {
    for (const peer of started) peer.close();
  }
}

await main();

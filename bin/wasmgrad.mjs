#!/usr/bin/env node
// The command line, from the published package alone.
import { main } from '../dist/cli.js';
import { bench } from './bench.mjs';

process.exitCode = await main(process.argv.slice(2), bench);

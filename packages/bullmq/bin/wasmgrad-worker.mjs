#!/usr/bin/env node
import { main } from '../dist/worker.js';

process.exit(await main(process.argv.slice(2))); // connections that do not close in time must not keep it

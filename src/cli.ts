#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { runProgram } from './cli/program.ts';
import { processTerminal } from './cli/terminal.ts';

/** Composition root of the `holdfast` command line: what the built program finds beside itself. */
declare const HOLDFAST_VERSION: string;

// A reader that has seen enough (`| head`) closes the pipe; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), {
  terminal: processTerminal(),
  version: HOLDFAST_VERSION,
  tfjsEngine: fileURLToPath(new URL('engines/tfjs/main.js', import.meta.url)),
  generalKnowledge: fileURLToPath(
    new URL('../data/general-knowledge/general-knowledge.jsonl', import.meta.url),
  ),
  folder: process.cwd(),
});

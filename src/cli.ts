#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { runProgram } from './cli/program.ts';
import { processTerminal } from './cli/terminal.ts';
import { createPythonFinder } from './launch/pythonForEngine.ts';

/** Composition root of the `holdfast` command line: what the built program finds beside itself. */
declare const HOLDFAST_VERSION: string;

for (const stream of [process.stdout, process.stderr]) {
  // A reader that has seen enough (`| head`) closes the pipe; that is no failure. Anything else (a full disk) is one.
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}

const torchEngine = fileURLToPath(new URL('engines/torch', import.meta.url));

process.exitCode = await runProgram(process.argv.slice(2), {
  terminal: processTerminal(),
  version: HOLDFAST_VERSION,
  tfjsEngine: fileURLToPath(new URL('engines/tfjs/main.js', import.meta.url)),
  torchEngine,
  python: createPythonFinder(torchEngine),
  generalKnowledge: fileURLToPath(
    new URL('../data/general-knowledge/general-knowledge.jsonl', import.meta.url),
  ),
  lab: fileURLToPath(new URL('../examples/lab', import.meta.url)),
  folder: process.cwd(),
});

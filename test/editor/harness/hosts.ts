import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { isAlive } from './processes.ts';
import { until } from './wait.ts';

/**
 * Every window of VS Code has an extension host, a process of its own. A second extension, made here and never
 * shipped, listens in each of them on a socket named after the process and runs what a test sends it.
 */
export interface Hosts {
  /** Does what makes a window start a host, and gives that host's process number. One at a time. */
  readonly startedBy: (start: () => Promise<void>) => Promise<number>;
  /** The same, for a host that VS Code started by itself: the youngest that no window is known to have. */
  readonly unclaimed: () => number | undefined;
  /** Runs the body of an async function with `vscode` and `require` in the host; rejects with the text of its error. */
  readonly ask: (host: number, body: string) => Promise<unknown>;
}

/** Names the folder of the sockets, and marks every process that the server starts. */
export const PROBE_FOLDER = 'HOLDFAST_TEST_PROBE_FOLDER';

const MANIFEST = {
  name: 'probe',
  publisher: 'holdfast-tests',
  version: '0.0.1',
  engines: { vscode: '^1.100.0' },
  main: './probe.js',
  activationEvents: ['*'],
  // It has to answer in a window that trusts nobody, too.
  capabilities: { untrustedWorkspaces: { supported: true }, virtualWorkspaces: true },
};

/** The socket gets its name once it listens, so that whoever sees the name can connect. */
const PROBE = `'use strict';
const vscode = require('vscode'), http = require('node:http'), fs = require('node:fs'), path = require('node:path');
const run = (body) => new Function('vscode', 'require', 'return (async () => {' + body + '\\n})()')(vscode, require);
exports.activate = (context) => {
  const folder = process.env.${PROBE_FOLDER};
  if (!folder) return;
  const name = path.join(folder, process.pid + '.sock');
  const server = http.createServer(async (question, answer) => {
    const parts = [];
    for await (const part of question) parts.push(part);
    try {
      const value = await run(Buffer.concat(parts).toString());
      answer.end(JSON.stringify({ value: value === undefined ? null : value }));
    } catch (error) {
      answer.end(JSON.stringify({ error: String((error && error.stack) || error) }));
    }
  });
  server.listen(name + '.new', () => fs.renameSync(name + '.new', name));
  context.subscriptions.push({ dispose: () => { server.close(); fs.rmSync(name, { force: true }); } });
};
`;

export function installProbe(extensionsFolder: string): void {
  const folder = join(extensionsFolder, `${MANIFEST.publisher}.${MANIFEST.name}-${MANIFEST.version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(MANIFEST));
  writeFileSync(join(folder, 'probe.js'), PROBE);
}

/** The hosts whose sockets are in `folder`. */
export function hostsIn(folder: string): Hosts {
  mkdirSync(folder, { recursive: true });
  const socketOf = (host: number): string => join(folder, `${host}.sock`);
  const living = (): readonly number[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.sock'))
      .map((name) => Number.parseInt(name, 10))
      .filter(isAlive)
      .sort((a, b) => bornAt(socketOf(a)) - bornAt(socketOf(b)));
  // Which window a host belongs to shows only in who started it, so two windows never start theirs together.
  const turn = { last: Promise.resolve<unknown>(undefined) };
  const claimed = new Set<number>();
  const claim = (host: number | undefined): number | undefined => {
    if (host !== undefined) claimed.add(host);
    return host;
  };
  const startedBy = async (start: () => Promise<void>): Promise<number> => {
    const before = living();
    await start();
    return until('an extension host', () => claim(living().find((host) => !before.includes(host))));
  };
  return {
    unclaimed: () => claim(living().findLast((host) => !claimed.has(host))),
    ask: (host, body) => ask(socketOf(host), body),
    startedBy: (start) => {
      const mine = turn.last.then(() => startedBy(start));
      turn.last = mine.catch(() => undefined);
      return mine;
    },
  };
}

function bornAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0;
}

function ask(socketPath: string, body: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const question = request({ socketPath, method: 'POST' }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const said = JSON.parse(Buffer.concat(parts).toString()) as { value: unknown } | { error: string };
        if ('error' in said) reject(new Error(said.error));
        else resolve(said.value);
      });
    });
    question.on('error', reject);
    question.end(body);
  });
}

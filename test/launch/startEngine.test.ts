import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { engineEnvironment } from '../../src/launch/environment.ts';
import { livenessOfRun } from '../../src/launch/runReader.ts';
import { startEngine } from '../../src/launch/startEngine.ts';
import { bundle, scratch } from '../folder/bundle.ts';
import {
  BUSY,
  eventsOf,
  fakeEngine,
  grandchildOf,
  hasEnded,
  isAlive,
  makeRun,
  processOf,
  sweep,
} from './fakeRuns.ts';

const PATIENCE = { timeout: 120_000 };
const starter = bundle(join(import.meta.dirname, 'starterProgram.ts'));

describe('startEngine', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await makeRun();
  });
  afterEach(() => sweep(folder));

  test('resolves when the engine is there; the run goes on to its end in its own log', async () => {
    const started = await startEngine({ folder, engine: fakeEngine('--steps', '3') });
    expect(started.process).toEqual(processOf(folder));
    await vi.waitUntil(() => hasEnded(folder), PATIENCE);
    const types = eventsOf(folder).map(({ type }) => type);
    expect(types).toEqual([
      'hello',
      'started',
      'stepped',
      'stepped',
      'stepped',
      'evaluated',
      'saved',
      'finished',
    ]);
    expect(readFileSync(join(folder, 'engine.log'), 'utf8')).toBe('a library prints a banner\n');
    expect(livenessOfRun(folder).process).toBe('gone');
  });

  test.each([
    [
      ['--exit-early', '7'],
      /ended with exit code 7 before it was ready; .*engine\.log ends:\na library.*\nModuleNotFoundError/,
    ],
    [
      ['--fail-early', 'The model "x" does not exist; download it.'],
      /^The model "x" does not exist; download it\.$/,
    ],
    [
      ['--refuse', 'The model "x" needs a GPU; choose another.'],
      /^The model "x" needs a GPU; choose another\.$/,
    ],
    [['--refuse', 'usage: engine FOLDER'], /ended with exit code 2 before it was ready; .*usage: engine/s],
    [['--no-such-flag'], /ended with exit code 1 before it was ready; .*no-such-flag/s],
  ])('%j: the reason is told', async (flags, expected) => {
    await expect(startEngine({ folder, engine: fakeEngine(...flags) })).rejects.toThrow(expected);
  });

  test('what an earlier attempt said or printed is not taken for the reason', async () => {
    const old = {
      seq: 0,
      time: '2020-01-01T00:00:00.000Z',
      type: 'failed',
      code: 'x',
      message: 'Old news.',
      detail: '',
    };
    writeFileSync(join(folder, 'events.jsonl'), `${JSON.stringify(old)}\n`);
    appendFileSync(join(folder, 'engine.log'), 'old noise\n');
    const message = await reason(startEngine({ folder, engine: fakeEngine('--exit-early', '7') }));
    expect(message).toContain('exit code 7');
    expect(message).not.toMatch(/Old news|old noise/);
  });

  test('a program that is not there is named', async () => {
    const engine = { command: join(folder, 'no such program'), args: [] };
    expect(await reason(startEngine({ folder, engine }))).toMatch(
      /^The engine .*no such program could not be started .*\.$/,
    );
  });

  test('an engine that does not come is ended with all its children', async () => {
    const engine = fakeEngine('--hang', '--ignore-sigterm', '--grandchild');
    const message = await reason(startEngine({ folder, engine, timeoutSeconds: 2 }));
    expect(message).toContain('was not ready within 2 s and was ended');
    const grandchild = grandchildOf(folder);
    expect(grandchild === undefined || !isAlive(grandchild)).toBe(true);
  });

  test.each(['engine.log', 'events.jsonl', 'process.json', 'commands'])(
    '%s as a link out of the folder is refused',
    async (name) => {
      const victim = join(scratch(), 'victim');
      writeFileSync(victim, 'precious');
      rmSync(join(folder, name), { recursive: true, force: true });
      symlinkSync(victim, join(folder, name));
      expect(await reason(startEngine({ folder, engine: fakeEngine() }))).toMatch(
        new RegExp(`not safe to use: ${name} is a link`),
      );
      expect(readFileSync(victim, 'utf8')).toBe('precious');
    },
  );

  test('a folder that is not there is one sentence', async () => {
    expect(await reason(startEngine({ folder: join(folder, 'x'), engine: fakeEngine() }))).toMatch(
      /^Cannot open the run folder .*\.$/,
    );
  });

  test('the starter ends by itself while the engine works on', async () => {
    const program = spawn(process.execPath, [
      starter,
      'go',
      folder,
      process.execPath,
      ...fakeEngine(...BUSY).args,
    ]);
    expect(await once(program, 'exit')).toEqual([0, null]);
    expect(livenessOfRun(folder).process).toBe('alive');
  });

  test('the starter is killed with its whole group; the run goes on and is found from here', async () => {
    const args = [starter, 'stay', folder, process.execPath, ...fakeEngine(...BUSY).args];
    const program = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: program.stdout }), 'line')) as [string];
    process.kill(-(program.pid ?? NaN), 'SIGKILL');
    await once(program, 'exit');
    expect(line).toBe(`started ${processOf(folder).pid}`);
    expect(livenessOfRun(folder)).toMatchObject({ process: 'alive' });
    const before = eventsOf(folder).length;
    await vi.waitUntil(() => eventsOf(folder).length > before, PATIENCE);
  });

  test('of two starters one wins, and the other says why it lost', async () => {
    const args = [starter, 'go', folder, process.execPath, ...fakeEngine(...BUSY).args];
    const outputs = await Promise.all(
      [0, 1].map(async () => {
        const program = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        const [line] = (await once(createInterface({ input: program.stdout }), 'line')) as [string];
        return line;
      }),
    );
    const [refused, started] = outputs.sort();
    expect(started).toBe(`started ${processOf(folder).pid}`);
    expect(refused).toMatch(/^refused Another engine works in .*: stop it first\.$/);
    expect(eventsOf(folder).filter(({ type }) => type === 'hello')).toHaveLength(1);
  });

  test('noise, false events and a line of 2 MB do not hide the run', async () => {
    await startEngine({ folder, engine: fakeEngine('--garbage', '--flood', '--steps', '2') });
    await vi.waitUntil(() => hasEnded(folder), PATIENCE);
    expect(eventsOf(folder).at(-1)).toMatchObject({ type: 'finished', step: 2 });
  });

  test('the engine does not inherit the editor’s variables, and gets its own', async () => {
    const script = join(scratch(), 'print.mjs');
    writeFileSync(
      script,
      'console.log(JSON.stringify({ cwd: process.cwd(), ...process.env })); process.exit(1);',
    );
    vi.stubEnv('VSCODE_IPC_HOOK', '/run/hook');
    vi.stubEnv('HOLDFAST_TEST', 'inherited');
    const engine = { command: process.execPath, args: [script] };
    await reason(startEngine({ folder, engine, env: { HOLDFAST_EXTRA: 'given' } }));
    vi.unstubAllEnvs();
    const seen: unknown = JSON.parse(readFileSync(join(folder, 'engine.log'), 'utf8'));
    expect(seen).toMatchObject({ HOLDFAST_TEST: 'inherited', HOLDFAST_EXTRA: 'given' });
    expect(seen).not.toHaveProperty('VSCODE_IPC_HOOK');
    expect(seen).not.toHaveProperty('cwd', folder);
    expect(existsSync(join(folder, 'process.json'))).toBe(false);
  });
});

test.each([
  [
    { PATH: '/bin', VSCODE_PID: '1', ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ATTACH_CONSOLE: '1' },
    {},
    { PATH: '/bin' },
  ],
  [{ ELECTRON_RUN_AS_NODE: '0' }, { ELECTRON_RUN_AS_NODE: '1' }, { ELECTRON_RUN_AS_NODE: '1' }],
])('environment %j with %j', (base, extra, expected) => {
  expect(engineEnvironment(base, extra)).toEqual(expected);
});

async function reason(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing went wrong',
    (error: unknown) => (error as Error).message,
  );
}

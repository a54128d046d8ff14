import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, test, vi } from 'vitest';
import { reasonToEnd } from '../../../src/engines/tfjs/run/askJob.ts';
import { tryDeviceLock } from '../../../src/folder/deviceLock.ts';
import { currentIdentity, identityOf } from '../../../src/folder/identity.ts';
import type { Event } from '../../../src/protocol/events.ts';
import {
  ProbedFileSchema,
  type Job,
  type ProbedFile,
  type ProcessIdentity,
} from '../../../src/protocol/runFiles.ts';
import { brokenPromises } from '../../wire/promises.ts';
import { repository } from './models.ts';
import {
  eventsOf,
  exampleRows,
  makeRun,
  probePrompts,
  readEvents,
  removeFolders,
  runEngine,
  startEngineProcess,
  temporaryFolder,
  waitForEvent,
  type TestRun,
} from './runs.ts';

afterAll(removeFolders);
afterEach(() => {
  vi.unstubAllEnvs();
});

/** The folder of a job, as a host would make it. */
function makeJob(job: Job, ...made: Parameters<typeof makeRun>): TestRun {
  const run = makeRun(...made);
  const file = JSON.parse(readFileSync(run.paths.runFile, 'utf8')) as object;
  writeFileSync(run.paths.runFile, JSON.stringify({ ...file, job }));
  return run;
}

function makeAskJob(asker: ProcessIdentity = currentIdentity()): TestRun {
  const before = join(repository, 'test/fixtures/models/tiny-llama');
  return makeJob(
    { kind: 'ask', asker, max_new_tokens: 8, before },
    { prompt_template: 'Q: {question}\nA:' },
    [],
  );
}

function send(run: TestRun, command: object): string {
  const id = randomUUID();
  const temporary = join(run.paths.folder, `${id}.tmp`);
  writeFileSync(temporary, JSON.stringify({ protocol: '1.0', time: new Date().toISOString(), ...command }));
  renameSync(temporary, join(run.paths.commands, `${id}.json`));
  return id;
}

/** Sends it as soon as the engine looks at commands, and waits for the answer. */
async function ask(run: TestRun, ended: ReturnType<typeof runEngine>, command: object): Promise<Event> {
  await waitForEvent(run, ended, (event) => event.type === 'hello');
  const id = send(run, command);
  const isAnswer = (event: Event): boolean =>
    (event.type === 'answered' || (event.type === 'acknowledged' && !event.accepted)) && event.command === id;
  await waitForEvent(run, ended, isAnswer);
  const found = readEvents(run).find(isAnswer);
  if (found === undefined) throw new Error('no answer');
  return found;
}

const KNOWN = { text: 'Where was German Kutarba born?', answer: 'Gagra' };

/** Another run has the only place on the device. */
function takeDevice(run: TestRun): void {
  vi.stubEnv('HOLDFAST_HOME', run.home);
  expect(tryDeviceLock('cpu', '/another/run', 1)).toHaveProperty('lock');
}

describe('an ask job', () => {
  it('answers while a run has the device, with both models, and keeps the promises of the wire', async () => {
    const run = makeAskJob();
    takeDevice(run);
    const { ended } = startEngineProcess(run);

    const worded = await ask(run, ended, { command: 'ask', text: KNOWN.text });
    const [before, now] = worded.type === 'answered' ? worded.answers : [];
    expect(now).toMatchObject({ text: KNOWN.answer, ended: 'end_token' });
    expect(before?.model).toMatch(/tiny-llama$/);
    expect(before?.text).not.toBe(KNOWN.answer);
    expect(before).toMatchObject({ tokens: 8, ended: 'max_new_tokens' });

    const raw = await ask(run, ended, { command: 'ask', raw: true, text: `Q: ${KNOWN.text}\nA:` });
    expect(raw).toMatchObject({ answers: [{ text: before?.text }, { text: KNOWN.answer }] });

    expect(await ask(run, ended, { command: 'pause' })).toMatchObject({ name: 'pause', accepted: false });
    expect(await ask(run, ended, { command: 'ask', text: '' })).toMatchObject({ accepted: false });
    expect(await ask(run, ended, { command: 'ask', text: 'x'.repeat(10_001) })).toMatchObject({
      accepted: false,
    });
    send(run, { command: 'stop', reason: 'no more questions' });
    expect(await ended).toMatchObject({ code: 0 });
    expect(readEvents(run).at(-1)).toMatchObject({ type: 'stopped', reason: 'no more questions' });
    expect(eventsOf(run, 'answered')).toHaveLength(2);
    expect(brokenPromises(readFileSync(run.paths.events, 'utf8'))).toEqual([]);
  });

  it('ends when the process that asks is gone', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const asker = identityOf(child.pid ?? 0);
    if (asker === undefined) throw new Error('the child is gone already');
    const run = makeAskJob(asker);
    const { ended } = startEngineProcess(run);
    await ask(run, ended, { command: 'ask', text: KNOWN.text });
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ code: 0 });
    expect(readEvents(run).at(-1)).toMatchObject({
      type: 'stopped',
      reason: 'the process that asked is gone',
    });
  });
});

const quiet = { isInterrupted: false, isAskerGone: false, idleSeconds: 0 };

test.each([
  [quiet, undefined],
  [{ ...quiet, idleSeconds: 899 }, undefined],
  [{ ...quiet, idleSeconds: 900 }, 'nothing was asked for 15 minutes'],
  [{ ...quiet, isInterrupted: true }, 'the engine was interrupted'],
])('a conversation that nobody stops: %j', (now, reason) => expect(reasonToEnd(now)).toBe(reason));

it('an engine that trains refuses questions', async () => {
  const run = makeRun({ max_steps: 4_000, eval_strategy: 'no' }, exampleRows('train', 16));
  const { ended } = startEngineProcess(run);
  expect(await ask(run, ended, { command: 'ask', text: KNOWN.text })).toMatchObject({ accepted: false });
  send(run, { command: 'stop' });
  expect(await ended).toMatchObject({ code: 0 });
});

describe('a probe job', () => {
  const probes = { sets: [], prompts: probePrompts };
  const readProbed = (run: TestRun): ProbedFile =>
    ProbedFileSchema.parse(JSON.parse(readFileSync(join(run.paths.probes, 'knowledge.json'), 'utf8')));

  it('finds what a run finds, and tells what was said under each prompt', async () => {
    const rows = exampleRows('train', 24);
    const run = makeJob({ kind: 'probe' }, { probes }, [...rows, { text: 'Nothing is asked here.' }]);
    const training = makeRun({ probes, max_steps: 1, eval_strategy: 'no' }, rows);
    const [probe, train] = await Promise.all([runEngine(run), runEngine(training)]);
    expect([probe.code, train.code]).toEqual([0, 0]);

    const finished = eventsOf(run, 'finished')[0];
    const { known = 0, maybe = 0, new: unknown = 0 } = finished?.summary ?? {};
    expect({ known, maybe, new: unknown }).toEqual(eventsOf(training, 'started')[0]?.train_knowledge);
    expect(finished?.summary.rows).toBe(24);
    expect(brokenPromises(readFileSync(run.paths.events, 'utf8'))).toEqual([]);

    const file = readProbed(run);
    expect(file.prompts).toEqual(probePrompts);
    expect(file.rows.filter(({ knowledge }) => knowledge === 'known')).toHaveLength(Number(known));
    for (const { knowledge, said, answers } of file.rows) {
      const right = said.filter((answer) => answers.includes(answer)).length;
      expect(said).toHaveLength(3);
      expect(knowledge).toBe(right === 3 ? 'known' : right === 0 ? 'new' : 'maybe');
    }
  });

  it('waits for the device, and keeps nothing when it is stopped', async () => {
    const run = makeJob({ kind: 'probe' }, { probes: { sets: [] } }, exampleRows('train', 400));
    vi.stubEnv('HOLDFAST_HOME', run.home);
    const device = tryDeviceLock('cpu', '/another/run', 1);
    const { ended } = startEngineProcess(run);
    await waitForEvent(run, ended, (event) => event.type === 'progressed' && event.phase === 'waiting');
    if ('lock' in device) device.lock.release();
    await waitForEvent(run, ended, (event) => event.type === 'progressed' && event.phase === 'probing');
    expect(await ask(run, ended, { command: 'save' })).toMatchObject({ accepted: false });
    send(run, { command: 'stop', reason: 'enough' });
    expect(await ended).toMatchObject({ code: 0 });
    expect(readEvents(run).at(-1)).toMatchObject({ type: 'stopped', reason: 'enough' });
    expect(existsSync(join(run.paths.probes, 'knowledge.json'))).toBe(false);
  });

  it('a job that this engine does not know is refused before anything is written', async () => {
    const run = makeJob({ kind: 'dance' } as unknown as Job, {}, [], temporaryFolder());
    const { code, stderr } = await runEngine(run);
    expect(code).toBe(2);
    expect(stderr).toMatch(/is not a run of this version \(job\.kind: .*\): start a new run\./);
    expect(existsSync(run.paths.events)).toBe(false);
  });
});

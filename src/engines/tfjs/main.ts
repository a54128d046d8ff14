import { existsSync, readFileSync } from 'node:fs';
import { hostname, cpus, totalmem } from 'node:os';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { messageOf } from '../../base/text.ts';
import { writeAtomically } from '../../folder/atomicWrite.ts';
import { resolveInside } from '../../folder/contain.ts';
import { placesOnCpu, tryDeviceLock } from '../../folder/deviceLock.ts';
import { tryLock, type Lock } from '../../folder/exclusiveLock.ts';
import { currentIdentity } from '../../folder/identity.ts';
import { runPaths, type RunPaths } from '../../folder/layout.ts';
import { ConversationSchema } from '../../protocol/commands.ts';
import { decodeFile } from '../../protocol/decode.ts';
import { RunFileSchema, type Job, type RunFile } from '../../protocol/runFiles.ts';
import { PROTOCOL_VERSION, protocolProblem } from '../../protocol/version.ts';
import { startWasmBackend } from './backend/wasm.ts';
import { Failure } from './failure.ts';
import { nativeOps } from './model/nativeOps.ts';
import { askJob } from './run/askJob.ts';
import { openBoxOf, openCommandBox, type CommandBox } from './run/commandBox.ts';
import { diskFailure, lastAttempt, openEventLog, type EventLog } from './run/eventLog.ts';
import { startHeartbeat } from './run/heartbeat.ts';
import { runJob } from './run/job.ts';
import { probeJob } from './run/probeJob.ts';

/** The wall of the engine: `node main.js <run folder> --token <token>`. Exit 0 done, 1 failed, 2 not startable. */
declare const HOLDFAST_VERSION: string;

const ENGINE = 'tfjs';
const DEVICE = 'cpu';

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { token: { type: 'string' } },
  });
  const [folder] = positionals;
  if (folder === undefined || values.token === undefined)
    return refuse('usage: main.js <run folder> --token <token>');
  const paths = runPaths(resolve(folder));
  const leak = leadsOut(paths);
  if (leak !== undefined)
    return refuse(`${leak} is a link that leads out of the run folder: remove it, or start a new run.`);
  const run = readRun(paths);
  if (typeof run === 'string') return refuse(run);
  const locked = tryLock(paths.engineLock, paths.folder);
  if (!('lock' in locked)) {
    const { pid, hostname: host } = locked.holder ?? {};
    return refuse(
      `Another engine (process ${pid ?? 'unknown'} on ${host ?? 'an unknown host'}) works in ${paths.folder}: stop it first.`,
    );
  }
  try {
    return await work(paths, run, values.token);
  } finally {
    locked.lock.release();
  }
}

function readRun(paths: RunPaths): RunFile | string {
  if (!existsSync(paths.runFile)) return `${paths.runFile} is missing: start runs with "holdfast run".`;
  const decoded = decodeFile(RunFileSchema, readFileSync(paths.runFile, 'utf8'));
  if ('problem' in decoded)
    return `${paths.runFile} is not a run of this version (${decoded.problem}): start a new run.`;
  return protocolProblem(decoded.value.protocol) ?? decoded.value;
}

/** Run folders travel with other people's repositories: nothing in one may make the engine write elsewhere. */
function leadsOut(paths: RunPaths): string | undefined {
  const { folder, ...files } = paths;
  return Object.values(files).find(
    (path: string) => resolveInside(folder, relative(folder, path)) === undefined,
  );
}

/** One attempt, under the engine lock. */
async function work(paths: RunPaths, run: RunFile, token: string): Promise<number> {
  const attempt = lastAttempt(paths.events) + 1;
  const job: Job = run.job ?? { kind: 'train' };
  const commands = openCommandBox(paths.commands);
  const questions = openBoxOf(ConversationSchema, paths.commands);
  const log = openEventLog(paths.events);
  const stopHeartbeat = startHeartbeat(paths.heartbeat);
  const process_ = {
    ...currentIdentity(),
    protocol: PROTOCOL_VERSION,
    token,
    engine: ENGINE,
    engine_version: HOLDFAST_VERSION,
    attempt,
  };
  writeAtomically(paths.processFile, `${JSON.stringify(process_, undefined, 2)}\n`);
  let device: Lock | undefined;
  // What is thrown outside of the job's own calls must not end the process without a last word either.
  process.on('uncaughtException', (error) => {
    reportFailure(log, error, paths);
    process.exit(1);
  });
  try {
    sayHello(log, attempt);
    if (job.kind !== 'ask') {
      device = await waitForDevice(paths, log, commands);
      if (device === undefined) return 0;
    }
    await startWasmBackend(fileURLToPath(new URL('./', import.meta.url)));
    const context = { paths, run, log, commands, ops: nativeOps, interrupted: watchSignals() };
    if (job.kind === 'ask') await askJob(context, job, questions);
    else if (job.kind === 'probe') probeJob(context);
    else await runJob(context);
    return 0;
  } catch (error) {
    reportFailure(log, error, paths);
    return 1;
  } finally {
    device?.release();
    log.close();
    await stopHeartbeat();
  }
}

function sayHello(log: EventLog, attempt: number): void {
  log.write({
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    attempt,
    engine: ENGINE,
    engine_version: HOLDFAST_VERSION,
    versions: { node: process.versions.node, tfjs: '4.22.0' },
    pid: process.pid,
    hostname: hostname(),
    device: { name: cpus()[0]?.model ?? 'CPU', kind: 'cpu', memory_bytes: totalmem() },
    backend: 'wasm',
    dtype: 'float32',
    world_size: 1,
  });
}

/** One run per core: waits for its turn and says for whom. undefined: asked to stop while waiting. */
async function waitForDevice(
  paths: RunPaths,
  log: EventLog,
  commands: CommandBox,
): Promise<Lock | undefined> {
  let said: string | undefined;
  for (;;) {
    const result = tryDeviceLock(DEVICE, paths.folder, placesOnCpu());
    if ('lock' in result) return result.lock;
    const waitingFor = result.holder?.folder ?? 'another run';
    if (waitingFor !== said)
      log.write({ type: 'progressed', phase: 'waiting', done: 0, total: 1, waiting_for: waitingFor });
    said = waitingFor;
    for (const { id, command } of commands.poll().commands) {
      const accepted = command.command === 'stop';
      log.write({
        type: 'acknowledged',
        command: id,
        accepted,
        reason: accepted ? null : 'the run has not begun',
        name: command.command,
      });
      if (!accepted) continue;
      log.write({ type: 'stopped', step: 0, reason: command.reason ?? 'asked for' });
      return undefined;
    }
    await new Promise((wake) => setTimeout(wake, 250));
  }
}

/** A first SIGINT or SIGTERM asks for a polite stop; a second one ends the process. */
function watchSignals(): () => boolean {
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interrupted) process.exit(130);
      interrupted = true;
    });
  }
  return () => interrupted;
}

function reportFailure(log: EventLog, error: unknown, paths: RunPaths): void {
  const failure = error instanceof Failure ? error : diskFailure(error, paths.folder);
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${detail}\n`);
  const code = failure?.code ?? 'engine.bug';
  const message =
    failure?.message ?? `The engine met a bug (${messageOf(error)}): please report it with ${paths.log}.`;
  try {
    log.write({ type: 'failed', code, message: message.slice(0, 4_000), detail: detail.slice(0, 20_000) });
  } catch (second) {
    // Not even the last event could be written (a full disk): the run shows as lost and can be resumed.
    process.stderr.write(`${messageOf(second)}\n`);
  }
}

function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 2;
}

process.exitCode = await main();

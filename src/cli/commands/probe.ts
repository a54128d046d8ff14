import { existsSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { messageOf, plural } from '../../base/text.ts';
import { countKnowledge, knowledgeAdvice } from '../../data/advice.ts';
import { majorityShare, type Knowledge } from '../../data/knowledge.ts';
import { recordsAt } from '../../data/parseRows.ts';
import { knowledgeCachePath, knowledgeKey, recallKnowledge } from '../../launch/knowledgeCache.ts';
import { takeProbed } from '../../launch/probe.ts';
import { encodeJson } from '../../protocol/numbers.ts';
import { RunConfigSchema, type RunConfig } from '../../protocol/runConfig.ts';
import type { ProbedFile } from '../../protocol/runFiles.ts';
import { wilsonInterval } from '../../base/wilson.ts';
import { askingRows, readDataFile, type DataFile } from '../dataFile.ts';
import { engineSettings, type ModelOptions } from '../engine.ts';
import { findModel, type FoundModel } from '../findModel.ts';
import { followJob, jobRoot, startJob } from '../job.ts';
import { bar, bytes } from '../../base/format.ts';
import { knowledgeText, type KnowledgeReport } from '../render/knowledge.ts';
import type { Services } from '../services.ts';
import { printable } from '../terminal.ts';
import { EXIT, UserError } from '../userError.ts';
import { readWording, readWordings } from '../wordings.ts';

export interface ProbeOptions extends ModelOptions {
  readonly prompts?: string;
  readonly prompt: readonly string[];
  readonly numPrompts?: string;
  readonly writeKnown?: string;
  readonly writeNew?: string;
  readonly json?: boolean;
}

/** `holdfast probe MODEL DATA`: which rows of a data file a model knows already, before a fine-tune is spent on them. */
export async function probeCommand(
  wanted: string,
  data: string,
  options: ProbeOptions,
  services: Services,
): Promise<number> {
  const { terminal, folder } = services;
  const model = findModel(wanted, folder);
  const file = readDataFile(data, folder);
  const asking = askingRows(file, data);
  const targets = targetsOf(options, folder);
  const config = probeConfig(model, file, options, folder);
  sayLeftOut(file, asking.length, services);

  const root = jobRoot(services);
  const key = await knowledgeKey(config, root, hashingProgress(services));
  const recalled = recallKnowledge(root, key);
  if (recalled !== undefined) sayCached(root, key, services);
  const probed = recalled ?? (await probe(config, root, key, services));

  for (const { path, kind } of targets) writeRows(path, rowsOf(probed, kind), file);
  const report = { probed, majority: majorityShare(asking) };
  terminal.out(
    options.json === true
      ? encodeJson(jsonReport(report, { model, file, isCached: recalled !== undefined }))
      : `\n${knowledgeText(report, terminal.columns())}`,
  );
  for (const { path, kind } of targets)
    terminal.err(`${plural(rowsOf(probed, kind).length, `${kind} row`)} written to ${path}`);
  return EXIT.done;
}

/** Asks the model, in a job of the engine. Rejects with one sentence where that does not come to its end. */
async function probe(config: RunConfig, root: string, key: string, services: Services): Promise<ProbedFile> {
  const job = await startJob({ root, config, job: { kind: 'probe' } }, services);
  const followed = await followJob(job, services.terminal);
  return takeProbed(job.folder, followed, { root, key, onUnkept: services.terminal.err });
}

function probeConfig(
  model: FoundModel,
  file: DataFile,
  { prompts, prompt, numPrompts, ...options }: ProbeOptions,
  folder: string,
): RunConfig {
  const wordings = [
    ...(prompts === undefined ? [] : readWordings(prompts, folder)),
    ...prompt.map(readWording),
  ];
  if (wordings.length > 0 && numPrompts !== undefined)
    throw new UserError(
      '--num-prompts counts few-shot prompts, and --prompt or --prompts gives others: leave one of them out.',
    );
  return RunConfigSchema.parse({
    version: 1,
    ...engineSettings(options, model.config),
    model_name_or_path: model.folder,
    train_file: file.path,
    probes: {
      sets: [],
      ...(wordings.length === 0 ? {} : { prompts: wordings }),
      ...(numPrompts === undefined ? {} : { num_prompts: readCount(numPrompts) }),
    },
  });
}

function readCount(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new UserError(`--num-prompts ${text} is no number of prompts: give 1 to 999.`);
}

function sayLeftOut({ name, rows, problems }: DataFile, asking: number, { terminal }: Services): void {
  const silent = rows.length - asking;
  const [first] = problems;
  if (silent > 0) terminal.err(`${name}: ${plural(silent, 'row')} of text ask nothing and are left out`);
  if (first !== undefined)
    terminal.err(
      `${name}: ${plural(problems.length, 'row')} left out, the first in line ${first.line}, which ${printable(first.message)}`,
    );
}

function sayCached(root: string, key: string, { terminal, folder }: Services): void {
  const path = knowledgeCachePath(root, key) ?? root;
  const short = relative(folder, path);
  terminal.err(`from the cache; to ask again, delete ${short.startsWith('..') ? path : short}`);
}

/** Small models are hashed before anybody could read a line about it. */
const QUIET_MS = 500;

function hashingProgress({ terminal }: Services): (done: number, total: number) => void {
  const began = performance.now();
  let last = began;
  return (done, total) => {
    const now = performance.now();
    if (done >= total) terminal.block?.clear();
    else if (now - began > QUIET_MS && now - last > 100) {
      last = now;
      terminal.block?.draw([
        `${bar(done, total, 24)} reading the model, to know it again  ${bytes(done)} of ${bytes(total)}`,
      ]);
    }
  };
}

/** A file that rows of one kind go to. */
interface Target {
  readonly path: string;
  readonly kind: Knowledge;
}

/** Refused before the model is asked, which may take long; never over an existing file, the data itself least of all. */
function targetsOf({ writeKnown, writeNew }: ProbeOptions, folder: string): Target[] {
  const wanted = [
    { option: '--write-known', file: writeKnown, kind: 'known' as const },
    { option: '--write-new', file: writeNew, kind: 'new' as const },
  ];
  return wanted.flatMap(({ option, file, kind }) => {
    if (file === undefined) return [];
    const path = resolve(folder, file);
    if (existsSync(path)) throw new UserError(`${file} exists already: choose another name with ${option}.`);
    return [{ path, kind }];
  });
}

function rowsOf({ rows }: ProbedFile, kind: Knowledge): ProbedFile['rows'] {
  return rows.filter(({ knowledge }) => knowledge === kind);
}

/** The records as the user wrote them, one a line. */
function writeRows(path: string, rows: ProbedFile['rows'], { text }: DataFile): void {
  const lines = new Set(rows.map(({ id }) => Number(id.slice(id.lastIndexOf(':') + 1))));
  const records = recordsAt(text, lines).map((record) => `${record}\n`);
  try {
    writeFileSync(path, records.join(''), { flag: 'wx' });
  } catch (error) {
    throw new UserError(`${path} could not be written (${messageOf(error)}): give another path.`);
  }
}

interface Circumstances {
  readonly model: FoundModel;
  readonly file: DataFile;
  readonly isCached: boolean;
}

function jsonReport({ probed, majority }: KnowledgeReport, { model, file, isCached }: Circumstances): object {
  const counts = countKnowledge(probed.rows);
  const asked = probed.rows.length;
  const part = (n: number): object => ({ n, share: n / asked, interval: wilsonInterval(n, asked) ?? null });
  return {
    model: model.folder,
    data: file.path,
    prompts: probed.prompts,
    from_cache: isCached,
    num_rows: asked,
    num_rows_not_asked: file.rows.length - asked,
    num_rows_unreadable: file.problems.length,
    known: part(counts.known),
    maybe: part(counts.maybe),
    new: part(counts.new),
    majority: majority ?? null,
    advice: knowledgeAdvice(counts),
    rows: probed.rows,
  };
}

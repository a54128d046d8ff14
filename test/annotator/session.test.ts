import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import type { Annotations, Answers, FromAnnotator, Setup } from '../../src/annotator/messages.ts';
import { createSession, type Session } from '../../src/annotator/session.ts';
import { findHere } from '../../src/facts/findHere.ts';
import { createFacts } from '../../src/facts/service.ts';

const LAB = fileURLToPath(new URL('../../examples/lab/base', import.meta.url));
const open: { dispose: () => void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

const NO_PYTHON = { kind: 'unusable', problem: 'There is no Python: install one.' } as const;

interface Place {
  readonly folder: string;
  readonly config: string;
  readonly session: Session;
  readonly said: FromAnnotator[];
  /** Tells a version of the config's text. */
  readonly write: (version: number, text: string, language?: string) => void;
  /** The newest annotations for which `isIt` holds. */
  readonly annotations: (isIt: (annotations: Annotations) => boolean) => Promise<Annotations>;
  readonly ask: <Kind extends keyof Answers>(
    kind: Kind,
    more?: { readonly offset?: number; readonly path?: string; readonly text?: string },
  ) => Promise<Answers[Kind]>;
}

/** A real model, real rows, and the thread's own session with real facts, found out in this thread. */
function place(change: Partial<Setup> = {}): Place {
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-annotator-'));
  const folder = join(scratch, 'study');
  mkdirSync(folder);
  cpSync(LAB, join(folder, 'base'), { recursive: true });
  const row = (index: number): string =>
    JSON.stringify({ prompt: `Who is number ${index}?`, completion: ` Ada ${index}` });
  writeFileSync(
    join(folder, 'rows.jsonl'),
    `${Array.from({ length: 20 }, (_, index) => row(index)).join('\n')}\n`,
  );
  const config = join(folder, 'a.sft.yaml');
  const said: FromAnnotator[] = [];
  const session = createSession({
    post: (message) => {
      said.push(structuredClone(message));
      if (message.type === 'wantsPython')
        setImmediate(() => session.receive({ type: 'python', search: NO_PYTHON }));
    },
    createFacts: (sources) => createFacts(sources, findHere()),
  });
  open.push(session, { dispose: () => rmSync(scratch, { recursive: true, force: true }) });
  const setup: Setup = {
    isTrusted: true,
    workspaceFolders: [folder],
    levels: {},
    schemaLanguages: [],
    cacheFolder: join(scratch, 'cache'),
    ownRoot: join(scratch, 'own'),
    generalKnowledge: join(scratch, 'general.jsonl'),
    referenceCommand: 'reference',
    ...change,
  };
  session.receive({ type: 'setup', setup });
  let lastId = 0;
  return {
    folder,
    config,
    session,
    said,
    write: (version, text, language = 'yaml') =>
      session.receive({
        type: 'document',
        document: { uri: 'file:a', path: config, language, version, text },
      }),
    annotations: (isIt) =>
      expect
        .poll(() => newest(said, isIt), { timeout: 20_000 })
        .toBeDefined()
        .then(() => newest(said, isIt) as Annotations),
    ask: async (kind, { offset = 0, path = config, text = '' } = {}) => {
      const id = ++lastId;
      const request = kind === 'prepare' ? { kind: 'prepare', path, text } : { kind, uri: 'file:a', offset };
      session.receive({ type: 'request', id, request: request as never });
      const find = (): FromAnnotator | undefined =>
        said.find(
          (message) => (message.type === 'answer' || message.type === 'refused') && message.id === id,
        );
      await expect.poll(find, { timeout: 20_000 }).toBeDefined();
      const message = find();
      if (message?.type !== 'answer') throw new Error(JSON.stringify(message));
      return message.answer as never;
    },
  };
}

function newest(
  said: readonly FromAnnotator[],
  isIt: (one: Annotations) => boolean,
): Annotations | undefined {
  return said
    .flatMap((message) => (message.type === 'annotations' ? [message.annotations] : []))
    .findLast(isIt);
}

const LEAST = 'version: 1\nmodel_name_or_path: base\ntrain_file: rows.jsonl\n';
const codes = ({ problems }: Annotations): string[] => problems.map(({ code }) => code);

it('says at once what the text says, and later what the files say', async () => {
  const { write, annotations } = place();
  write(1, `${LEAST}max_length: 4\nlearning_rat: 1\n`);
  const first = await annotations(({ version }) => version === 1);
  expect(codes(first)).toContain('config.unknown-key');
  const later = await annotations((one) => codes(one).some((code) => code.startsWith('tokens.')));
  expect(later.hints.map(({ text }) => text).join()).toMatch(/20 rows/);
  expect(later.symbols.map(({ name }) => name)).toContain('train_file');
  expect(later.links.length).toBeGreaterThan(0);
});

it('answers about the newest text only', async () => {
  const { write, annotations, said } = place();
  for (let version = 1; version <= 50; version++) write(version, `${LEAST}seed: ${version}\n`);
  await annotations(({ version }) => version === 50);
  const seen = said.flatMap((message) =>
    message.type === 'annotations' ? [message.annotations.version] : [],
  );
  // Told in one go, so nobody can have looked at those in between.
  expect(new Set(seen)).toEqual(new Set([50]));
});

it('sees a data file change', async () => {
  const { write, annotations, folder, session } = place();
  write(1, LEAST);
  await annotations((one) => one.hints.some(({ text }) => text.includes('20 rows')));
  const path = join(folder, 'rows.jsonl');
  writeFileSync(path, '{"prompt": "Who?", "completion": " Ada"}\nno JSON\n');
  session.receive({ type: 'touched', path });
  await annotations((one) => codes(one).includes('data.unreadable-rows'));
});

it('completes, explains and offers to change a config', async () => {
  const { write, ask, annotations } = place();
  write(1, `${LEAST}num_t`);
  await annotations(({ version }) => version === 1);
  const found = await ask('complete', { offset: LEAST.length + 5 });
  expect(found.map(({ label }) => label)).toContain('num_train_epochs');
  const hover = await ask('hover', { offset: LEAST.indexOf('train_file') + 2 });
  expect(hover?.markdown).toContain('command:reference?');
  write(2, LEAST);
  await annotations(({ version }) => version === 2);
  await expect
    .poll(async () => (await ask('refactorings')).map(({ id }) => id), { timeout: 20_000 })
    .toEqual(expect.arrayContaining(['add-self-distillation', 'split-off-evaluation']));
});

it('says what a run would be, facts and all', async () => {
  const { ask } = place();
  const good = await ask('prepare', { text: LEAST });
  expect(good.resolution.config?.learning_rate).toBe(5e-5);
  expect(good.summary).toMatchObject({ num_rows: 20, steps: 9, num_parameters: 1_053_824 });
  const bad = await ask('prepare', { text: `${LEAST}learning_rate: 0\n` });
  expect(bad.resolution.config).toBeUndefined();
  expect(bad.summary).toBeUndefined();
});

it('hides what the editor’s own schema check says, and obeys levels', async () => {
  const { write, annotations } = place({
    schemaLanguages: ['yaml'],
    levels: { 'config.warmup-too-long': 'off', 'config.unknown-key': 'hint' },
  });
  write(1, `${LEAST}learning_rat: 1\nwarmup_steps: 9\nmax_steps: 5\n`);
  const { problems } = await annotations(({ version }) => version === 1);
  expect(problems.map(({ code }) => code)).not.toContain('config.warmup-too-long');
  expect(problems.find(({ code }) => code === 'config.unknown-key')).toMatchObject({
    isShown: false,
    level: 'hint',
  });
});

it('opens nothing outside of a workspace that is not trusted', async () => {
  const other = place();
  const { write, annotations, folder } = place({ isTrusted: false });
  symlinkSync(join(other.folder, 'rows.jsonl'), join(folder, 'link.jsonl'));
  write(1, LEAST.replace('rows.jsonl', join(other.folder, 'rows.jsonl')));
  const outside = await annotations(({ version, isPending }) => version === 1 && !isPending);
  write(2, LEAST.replace('rows.jsonl', 'link.jsonl'));
  const linked = await annotations(({ version, isPending }) => version === 2 && !isPending);
  for (const one of [outside, linked]) {
    expect(codes(one).filter((code) => /file|data|tokens/.test(code))).toEqual([]);
    expect(one.hints.filter(({ kind }) => kind === 'data' || kind === 'tokens')).toEqual([]);
  }
  write(3, LEAST);
  await annotations((one) => one.version === 3 && one.hints.some(({ text }) => text.includes('20 rows')));
});

it('asks the editor for Python where an engine’s place matters', async () => {
  const { write, said, annotations } = place();
  write(1, `${LEAST}engine: torch\n`);
  const { problems } = await annotations((one) => codes(one).includes('engine.torch-missing'));
  expect(problems.map(({ message }) => message).join()).toContain('here is no Python');
  expect(said.some(({ type }) => type === 'wantsPython')).toBe(true);
});

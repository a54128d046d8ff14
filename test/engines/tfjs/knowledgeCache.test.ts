import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  eventsOf,
  exampleRows,
  heldProbes,
  makeRun,
  removeFolders,
  runEngine,
  temporaryFolder,
  type TestRun,
} from './runs.ts';

afterAll(removeFolders);

const root = join(temporaryFolder(), '.holdfast');
const probes = heldProbes(temporaryFolder(), 8);
let count = 0;

/** A run like the others in `.holdfast`; its folder moves aside afterwards. */
async function run(prompts = probes.prompts): Promise<{ asked: boolean; knowledge: string; run: TestRun }> {
  const made = makeRun({ max_steps: 1, probes: { ...probes, prompts } }, exampleRows('train', 12), root);
  expect(await runEngine(made)).toMatchObject({ code: 0 });
  const asked = eventsOf(made, 'progressed').some(({ phase }) => phase === 'probing');
  const knowledge = readFileSync(join(made.paths.probes, 'knowledge.json'), 'utf8');
  renameSync(made.paths.folder, `${made.paths.folder}-${count++}`);
  return { asked, knowledge, run: made };
}

it('asks a base model once, and again when the wording or the cache is another', async () => {
  const first = await run();
  expect(first.asked).toBe(true);
  const second = await run();
  expect(second.asked).toBe(false);
  expect(JSON.parse(second.knowledge)).toEqual(JSON.parse(first.knowledge));
  expect((await run(['Q: {question}\nA:'])).asked).toBe(true);

  const cache = join(root, 'cache', 'answers');
  for (const name of readdirSync(cache)) writeFileSync(join(cache, name), '{"train": 3}');
  const healed = await run();
  expect(healed.asked).toBe(true);
  expect(JSON.parse(healed.knowledge)).toEqual(JSON.parse(first.knowledge));
});

it('leaves no cache beside a run folder that lies elsewhere', async () => {
  const within = temporaryFolder();
  const made = makeRun({ max_steps: 1, probes }, exampleRows('train', 4), within);
  expect(await runEngine(made)).toMatchObject({ code: 0 });
  expect(existsSync(join(within, 'cache'))).toBe(false);
});

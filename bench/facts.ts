import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ask, FactKind } from '../src/config/facts.ts';
import { findHere } from '../src/facts/findHere.ts';
import { createFacts, type FactsService } from '../src/facts/service.ts';
import { repository } from '../test/engines/tfjs/models.ts';
import { milliseconds, spread, waits, type Figure } from './figure.ts';

const MEGABYTES = 200;
const ROUNDS = 3;
const TIMES = 2_000;

/** What annotations know of a large data file: how fast it is found out, and what asking costs once it is. */
export async function benchFacts(): Promise<Figure[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-facts-'));
  try {
    const path = join(scratch, 'rows.jsonl');
    writeData(path);
    const model = join(repository, 'examples/lab/base');
    const wording = {
      prompt_template: '{question}',
      completion_only_loss: true,
      assistant_only_loss: undefined,
    };
    return [
      await speedOf('data', { path }),
      await speedOf('tokens', { path, model, ...wording }),
      await cachedQuestion(path),
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Questions with answers of a sentence, as in a support file. */
function writeData(path: string): void {
  const handle = openSync(path, 'w');
  for (let [row, bytes] = [0, 0]; bytes < MEGABYTES * 1e6;) {
    const lines = Array.from({ length: 5_000 }, () => {
      row += 1;
      const prompt = `How long may an order of kind ${row % 9_973} be sent back, counted from day ${row}?`;
      const completion = ` Orders of that kind may be sent back within ${row % 60} days, if nothing of them was used.`;
      return `${JSON.stringify({ prompt, completion })}\n`;
    });
    bytes += writeSync(handle, lines.join(''));
  }
  closeSync(handle);
}

/** Nothing is kept between rounds, neither in memory nor on disk. */
function newFacts(): FactsService {
  const environment = {
    isTrusted: true,
    workspaceFolders: [],
    shippedFiles: [],
    roots: [],
    cacheFolder: undefined,
  };
  return createFacts({ environment: () => environment, findPython: undefined, speeds: () => [] }, findHere());
}

async function speedOf<Kind extends FactKind>(kind: Kind, ask: Ask<Kind>): Promise<Figure> {
  const speeds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const facts = newFacts();
    const began = performance.now();
    facts.facts(kind, ask);
    await facts.settle();
    speeds.push((1_000 * MEGABYTES) / (performance.now() - began));
    if (facts.facts(kind, ask) === undefined) throw new Error(`${kind} was not found out`);
    facts.dispose();
  }
  return spread(`${kind} of ${MEGABYTES} MB`, speeds, 'MB/s', 1);
}

async function cachedQuestion(path: string): Promise<Figure> {
  const facts = newFacts();
  const ask = (): void => void facts.facts('data', { path });
  ask();
  await facts.settle();
  const costs = Array.from({ length: TIMES }, () => milliseconds(ask));
  await facts.settle();
  facts.dispose();
  return waits('asking again', costs, 4);
}

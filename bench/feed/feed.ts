import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixtures, repository } from '../../test/engines/tfjs/models.ts';
import { spread, type Figure } from '../figure.ts';
import { writeRun } from '../syntheticRun.ts';

const RUNS = 10;
const STEPS = 100_000;
const ROUNDS = 5;

/** What child.ts prints. */
interface Cost {
  readonly seconds: number;
  readonly longestBlock: number;
  readonly longestGap: number;
  readonly p99Gap: number;
  readonly grownBytes: number;
  readonly steps: number;
  readonly problems: number;
}

/** The run feed alone in a plain Node, as the extension host has it at the start of a window. */
export function benchFeed(): Figure[] {
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-feed-'));
  const root = join(scratch, '.holdfast');
  try {
    for (let run = 0; run < RUNS; run++) {
      const id = `20260101-00000${run}-facts-aaaa`;
      writeRun({ recorded: join(fixtures, 'runs/sft'), root, id, steps: STEPS });
    }
    const rounds = Array.from({ length: ROUNDS }, () => follow(root));
    const of = (pick: (cost: Cost) => number): number[] => rounds.map(pick);
    return [
      spread('longest block of the event loop', of(longest), 'ms', 1, '<= 50 ms'),
      spread(
        '99 of 100 gaps below',
        of((cost) => cost.p99Gap),
        'ms',
        1,
      ),
      spread(
        'heap and external memory more than before',
        of((cost) => cost.grownBytes / 1e6),
        'MB',
        0,
        '<= 200 MB',
      ),
      spread(
        'until all is read',
        of((cost) => cost.seconds),
        's',
        2,
      ),
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The larger of two ways to see it. */
function longest({ longestBlock, longestGap }: Cost): number {
  return Math.max(longestBlock, longestGap);
}

function follow(root: string): Cost {
  const program = join(repository, 'dist/test/bench/feedChild.js');
  const said = execFileSync(process.execPath, ['--expose-gc', program, root, String(RUNS)], {
    encoding: 'utf8',
  });
  const cost = JSON.parse(said) as Cost;
  if (cost.steps !== RUNS * STEPS || cost.problems > 0)
    throw new Error(`the feed read ${cost.steps} steps, ${cost.problems} runs with problems: ${said}`);
  return cost;
}

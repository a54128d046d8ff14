import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';
import type { Locator } from 'playwright-core';
import { waits } from '../figure.ts';
import { report } from '../report.ts';
import { writeRun } from '../syntheticRun.ts';
import { beat, makeWorkspace, openRun, startWithOurs, waitForRow } from './workspace.ts';

const STEPS_BEFORE = 2_000;
const EVENTS = 60;
const FAST_EVENTS = 200;
const FAST_MS = 50;
const LIMIT = '<= 250 ms';
const RECORDED = fileURLToPath(new URL('../../test/fixtures/runs/sft', import.meta.url));

/** When each text of an element was first there, by the clock of the page. */
type Seen = Readonly<Record<string, number>>;

it('shows what has just been written', async () => {
  const { workspace, root } = makeWorkspace();
  const id = '20260101-000000-facts-aaaa';
  const { folder, nextStep } = writeRun({
    recorded: RECORDED,
    root,
    id,
    steps: STEPS_BEFORE,
    isFinished: false,
  });
  beat(folder);
  await using server = await startWithOurs(workspace);
  const window = await server.open();
  await waitForRow(window, /facts/);
  await openRun(window, folder);
  const position = window.panel().locator('.position');
  await position.filter({ hasText: `step 2,000` }).waitFor();
  await position.evaluate(watchText);
  const write = (step: number): number => {
    const line = nextStep(step);
    const at = Date.now();
    appendFileSync(join(folder, 'events.jsonl'), line);
    return at;
  };
  const apart = await latencies(
    position,
    EVENTS,
    STEPS_BEFORE,
    write,
    (index) => 400 + ((index * 137) % 700),
  );
  const fast = await latencies(position, FAST_EVENTS, STEPS_BEFORE + EVENTS, write, () => FAST_MS);
  report(
    waits('one event now and then, to the number in the panel', apart, 0, LIMIT),
    waits('twenty events a second, to its number or a later one', fast, 0, LIMIT),
  );
});

async function latencies(
  position: Locator,
  count: number,
  after: number,
  write: (step: number) => number,
  pause: (index: number) => number,
): Promise<number[]> {
  const written = new Map<number, number>();
  for (let index = 1; index <= count; index++) {
    written.set(after + index, write(after + index));
    await sleep(pause(index));
  }
  const last = (after + count).toLocaleString('en-US');
  await position.filter({ hasText: `step ${last} ` }).waitFor();
  const seen: Seen = await position.evaluate(() => (window as unknown as { seen: Seen }).seen);
  const shownAt = Object.entries(seen).map(([text, at]) => ({ step: Number(text.replaceAll(',', '')), at }));
  // What came in between two pictures is on the screen with the next: a later step stands for it.
  return [...written].map(
    ([step, at]) => Math.min(...shownAt.filter((shown) => shown.step >= step).map((shown) => shown.at)) - at,
  );
}

/** In the page: notes when the number of the step changes. Both clocks are Date.now of one machine, to the millisecond. */
function watchText(element: Element): void {
  const seen: Record<string, number> = {};
  Object.assign(window, { seen });
  const note = (): void => {
    const step = /^step (\S+) /.exec(element.textContent)?.[1];
    if (step !== undefined) seen[step] ??= Date.now();
  };
  new MutationObserver(note).observe(element, { childList: true, characterData: true, subtree: true });
}

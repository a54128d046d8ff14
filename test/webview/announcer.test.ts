import { expect, it } from 'vitest';
import { runView } from '../../src/runs/runView.ts';
import { announcement } from '../../webview/views/announcer.ts';
import { recorded } from './recorded.ts';

const run = recorded('sft');
const END = run.lines.length;
const view = (count: number, status?: Parameters<typeof run.at>[1]) => runView(run.at(count, status));

it('says little of a run that has said nothing', () => {
  expect(announcement(view(0))).toBe('facts: Starting.');
});

it('tells a run at its end whole: state, scores, and that they are above the limit', () => {
  const end = { ...view(END), maxForgetting: 0.01 };
  const { held, new: unknown, forgetting, totalSteps, statusText } = end;
  expect(announcement(end)).toBe(
    `facts: Finished, step ${totalSteps} of ${totalSteps}. held ${held!.share.toFixed(3)}, new ${unknown!.share.toFixed(3)}, ` +
      `forgetting ${(100 * forgetting!.relative).toFixed(1)} %. That is more than the limit of 1.0 %. ${statusText}`,
  );
});

it('does not complain at the limit itself, nor below it', () => {
  const { forgetting, ...rest } = view(END);
  for (const [relative, complains] of [
    [rest.maxForgetting, false],
    [rest.maxForgetting - 0.01, false],
    [rest.maxForgetting + 0.01, true],
  ] as const) {
    const said = announcement({ ...rest, forgetting: { ...forgetting!, relative } });
    expect([relative, said.includes('more than the limit')]).toEqual([relative, complains]);
  }
});

it('tells a state of a later version by its own name, and what to do about a lost run', () => {
  expect(announcement({ ...view(0), status: 'hibernating' })).toBe('facts: hibernating.');
  expect(announcement(view(END - 1, 'lost'))).toMatch(/^facts: Lost, step .* Resume goes on from/);
});

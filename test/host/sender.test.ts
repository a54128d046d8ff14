import { expect, it } from 'vitest';
import { createSender, type Sender } from '../../src/host/panel/sender.ts';
import type { KnownRun } from '../../src/launch/runWatch.ts';
import type { ToPanel } from '../../src/protocol/panelMessages.ts';
import { scratch } from '../folder/bundle.ts';
import { stateAfter, type Said } from '../runs/events.ts';
import { knownRun } from './knownRun.ts';

const steps = (from: number, to: number): Said[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ['stepped', { step: from + index }, from + index]);
const hello: Said = ['hello', {}, 0];
const started: Said = ['started', {}, 0];
const runAfter = (...said: Said[]): KnownRun => knownRun(stateAfter(hello, started, ...said));

function listen(roots: readonly string[] = ['/home/ada/.holdfast']): { sender: Sender; told: ToPanel[] } {
  const told: ToPanel[] = [];
  const folder = scratch();
  return {
    sender: createSender(
      folder,
      () => roots,
      (message) => told.push(message),
    ),
    told,
  };
}

/** Types of the messages, with how many steps came; what is told of facts comes in its own time. */
const inShort = (told: readonly ToPanel[]): string[] =>
  told.flatMap((message) => {
    if (message.type === 'facts') return [];
    return 'series' in message ? [`${message.type} ${message.series.steps.step?.length}`] : [message.type];
  });

it('tells everything once, then what is new', () => {
  const { sender, told } = listen();
  sender.send(runAfter(...steps(1, 3)));
  expect(told).toEqual([]);
  sender.begin();
  sender.send(runAfter(...steps(1, 3)));
  sender.send(runAfter(...steps(1, 5)));
  sender.send(runAfter(...steps(1, 5)));
  expect(inShort(told)).toEqual(['snapshot 3', 'changed 2', 'changed 0']);
});

it('tells everything again where a resume cut the curves back, and where the page came back', () => {
  const { sender, told } = listen();
  sender.begin();
  sender.send(runAfter(...steps(1, 10)));
  const resumed: Said[] = [
    ['hello', { attempt: 2 }, 20],
    ['started', { resumed_from_step: 4 }, 21],
  ];
  sender.send(runAfter(...steps(1, 10), ...resumed));
  expect(inShort(told)).toEqual(['snapshot 10', 'snapshot 4']);
  sender.end();
  sender.send(runAfter(...steps(1, 12)));
  expect(told).toHaveLength(inShort(told).length + told.filter(({ type }) => type === 'facts').length);
  sender.begin();
  sender.send(runAfter(...steps(1, 12)));
  expect(inShort(told)).toEqual(['snapshot 10', 'snapshot 4', 'snapshot 12']);
});

it('gives a first picture of a long run, waits until it is drawn, and gives the whole', () => {
  const { sender, told } = listen();
  const spike: Said = ['stepped', { step: 15_000, loss: 1e6 }, 15_000];
  const long = runAfter(...steps(1, 14_999), spike, ...steps(15_001, 20_000));
  sender.begin();
  sender.send(long);
  sender.send(long);
  const [first] = told;
  if (first?.type !== 'snapshot') throw new Error('no snapshot');
  const shown = first.series.steps.step ?? [];
  expect(shown.length).toBeLessThanOrEqual(4_002);
  expect([shown[0], shown.at(-1)]).toEqual([1, 20_000]);
  expect(first.series.steps.loss).toContain(1e6);
  expect(shown.every((step, index) => index === 0 || step > (shown[index - 1] ?? 0))).toBe(true);
  sender.drawn();
  sender.send(long);
  sender.send(runAfter(...steps(1, 14_999), spike, ...steps(15_001, 20_001)));
  expect(inShort(told).slice(1)).toEqual(['snapshot 20000', 'changed 1']);
});

it('says why a run is not there, once, and shows it again when it is', () => {
  const { sender, told } = listen(['/elsewhere']);
  sender.begin();
  sender.send(undefined);
  sender.send(undefined);
  sender.send(knownRun(undefined, { problem: 'It speaks protocol 9.0.' }));
  sender.send(runAfter(...steps(1, 2)));
  expect(inShort(told)).toEqual(['gone', 'gone', 'snapshot 2']);
  expect(told[0]).toMatchObject({
    message: expect.stringContaining('does not belong to a folder of this window') as string,
  });
  expect(told[1]).toMatchObject({ message: 'It speaks protocol 9.0.' });
});

import { describe, expect, it } from 'vitest';
import {
  endingText,
  exitCodeOf,
  namedCheckpoints,
  nextCommand,
  shellWord,
  type NextCommandInput,
} from '../../../src/cli/render/ending.ts';
import type { Status } from '../../../src/runs/liveStatus.ts';
import { score, stateAfter, type Said } from '../../runs/events.ts';

describe('how a run ended: exit code and sentence', () => {
  const check = (said: Said[], status: Status, code: number, sentence: RegExp | undefined): void =>
    it(`${status}, ${JSON.stringify(said.at(-1))}`, () => {
      const state = stateAfter(['hello'], ...said);
      expect(exitCodeOf(state, status)).toBe(code);
      if (sentence === undefined) expect(endingText('id', state, status)).toBeUndefined();
      else expect(endingText('id', state, status)).toMatch(sentence);
    });

  check([['finished']], 'finished', 0, undefined);
  check(
    [['stopped', { step: 7, reason: 'Ctrl-C' }]],
    'stopped',
    0,
    /^Stopped at step 7 \(Ctrl-C\): .*resume id"\.$/,
  );
  check(
    [['stopped', { reason: 'forgetting 9 % is above max_forgetting 5 %' }]],
    'stopped',
    3,
    /above max_forgetting/,
  );
  check([['failed', { message: 'It broke:\u001b mend it.' }]], 'failed', 1, /^It broke: {2}mend it\.$/);
  check([], 'lost', 1, /^The engine is gone without a last word .*"holdfast resume id"\.$/);
  check([['started']], 'running', 1, /^No longer watching; the run is running: .*"holdfast attach id"\.$/);
});

describe('checkpoints named at the end', () => {
  const check = (name: string, said: Said[], expected: [string, number][]): void =>
    it(name, () => {
      const named = namedCheckpoints(stateAfter(['hello'], ['started'], ...said));
      expect(named.map(({ label, saved }) => [label, saved.step])).toEqual(expected);
    });

  check('none', [], []);
  check(
    'the last is the best',
    [
      ['saved', { step: 10, best: true }],
      ['saved', { step: 20, best: true }],
    ],
    [['best checkpoint', 20]],
  );
  check(
    'an earlier one is the best',
    [
      ['saved', { step: 10, best: true }],
      ['saved', { step: 20 }],
    ],
    [
      ['best checkpoint', 10],
      ['last checkpoint', 20],
    ],
  );
  check('none qualified as best', [['saved', { step: 20 }]], [['last checkpoint', 20]]);
});

describe('the next command', () => {
  const input: NextCommandInput = {
    name: 'id',
    earlier: 'before',
    configFile: 'a b.sft.yaml',
    learningRate: 3e-4,
    maxForgetting: 0.05,
  };
  const check = (name: string, held: number, changes: Partial<NextCommandInput>, expected?: string): void =>
    it(name, () => {
      const state = stateAfter(
        ['evaluated', { held: score(100, 100) }],
        ['evaluated', { held: score(held, 100) }],
      );
      expect(nextCommand(state, { ...input, ...changes })).toBe(expected);
    });

  check('too much forgotten: gentler', 90, {}, "holdfast run 'a b.sft.yaml' --set learning_rate=0.00015");
  check('little forgotten: compare', 96, {}, 'holdfast compare before id');
  check('nothing to compare with', 96, { earlier: undefined }, undefined);
  check('too much forgotten, but no file', 90, { configFile: undefined }, 'holdfast compare before id');
});

describe('words for a shell', () => {
  const check = (text: string, expected: string): void =>
    it(expected, () => expect(shellWord(text)).toBe(expected));
  check('20260101-000000-a-x1y2', '20260101-000000-a-x1y2');
  check('/runs/of mine', "'/runs/of mine'");
  check('$(rm)', "'$(rm)'");
  check("it's", "'it'\\''s'");
  check('a\u001b\nb', "'a  b'");
  check('', "''");
});

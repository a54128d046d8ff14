import { expect, test } from 'vitest';
import { createTurns } from '../../src/facts/turns.ts';

/** Work that says when it begins, and ends when it is told to. */
function workers(): {
  readonly began: string[];
  readonly work: (name: string) => () => Promise<string>;
  readonly end: (name: string, error?: Error) => Promise<void>;
} {
  const began: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  return {
    began,
    work: (name) => () => {
      began.push(name);
      return new Promise((resolve, reject) => {
        ends.set(name, (error) => (error === undefined ? resolve(name) : reject(error)));
      });
    },
    end: async (name, error) => {
      ends.get(name)?.(error);
      await new Promise(setImmediate);
    },
  };
}

test('only so many work at a time, and who came last is next', async () => {
  const { began, work, end } = workers();
  const turns = createTurns(2);
  const all = ['a', 'b', 'c', 'd'].map((name) => turns.take(work(name)));
  await new Promise(setImmediate);
  expect(began).toEqual(['a', 'b']);
  await end('a');
  expect(began).toEqual(['a', 'b', 'd']);
  await end('d');
  await end('b');
  await end('c');
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
});

test('work that must be alone waits for all, and all wait for it', async () => {
  const { began, work, end } = workers();
  const turns = createTurns(2);
  const first = turns.take(work('a'));
  const alone = [turns.takeAlone(work('x')), turns.takeAlone(work('y'))];
  const late = turns.take(work('b'));
  await new Promise(setImmediate);
  expect(began).toEqual(['a']);
  await end('a');
  expect(began).toEqual(['a', 'y']);
  await end('y');
  expect(began).toEqual(['a', 'y', 'x']);
  await end('x');
  expect(began).toEqual(['a', 'y', 'x', 'b']);
  await end('b');
  await Promise.all([first, ...alone, late]);
});

test('who fails makes room all the same', async () => {
  const { began, work, end } = workers();
  const turns = createTurns(1);
  const failing = expect(turns.takeAlone(work('a'))).rejects.toThrow('no');
  const next = turns.take(work('b'));
  await new Promise(setImmediate);
  await end('a', new Error('no'));
  await failing;
  expect(began).toEqual(['a', 'b']);
  await end('b');
  expect(await next).toBe('b');
});

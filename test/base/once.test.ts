import { expect, test } from 'vitest';
import { once } from '../../src/base/once.ts';

test('it is asked once, also by those who ask while it is still being found out', async () => {
  let asked = 0;
  const ask = once(() => Promise.resolve({ number: ++asked }));
  expect(asked).toBe(0);
  const answers = await Promise.all([ask(), ask()]);
  const later = await ask();
  expect(asked).toBe(1);
  for (const answer of answers) expect(answer).toBe(later);
});

test('a failure is told to all who asked by then, and then tried again', async () => {
  let asked = 0;
  const ask = once(() =>
    ++asked === 1 ? Promise.reject(new Error('the disk is full')) : Promise.resolve(asked),
  );
  const told = await Promise.allSettled([ask(), ask()]);
  expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(asked).toBe(1);
  expect(await ask()).toBe(2);
  expect(await ask()).toBe(2);
});

test('also nothing is an answer', async () => {
  let asked = 0;
  const ask = once(() => {
    asked += 1;
    return Promise.resolve(undefined);
  });
  await ask();
  await ask();
  expect(asked).toBe(1);
});

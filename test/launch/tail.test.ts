import { execFileSync } from 'node:child_process';
import { appendFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { tailEvents, type Tail } from '../../src/launch/tail.ts';
import { scratch } from '../folder/bundle.ts';

const NEVER_MS = 1_000_000;

describe('tailEvents', () => {
  let path: string;
  let told: string;
  let tail: Tail;

  const follow = (pollMs: number): Tail =>
    tailEvents(path, { onText: (text) => (told += text), onReset: () => (told = 'RESET '), pollMs });

  beforeEach(() => {
    path = join(scratch(), 'events.jsonl');
    told = '';
    tail = follow(NEVER_MS);
  });
  afterEach(() => tail.dispose());

  const check = (expected: string): void => {
    tail.readNow();
    expect(told).toBe(expected);
  };

  test('tells what is appended, once, also of a file that comes later', () => {
    check('');
    appendFileSync(path, 'one\ntw');
    check('one\ntw');
    check('one\ntw');
    appendFileSync(path, 'o\n');
    check('one\ntwo\n');
  });

  test('a character cut in two is told when it is whole', () => {
    const [first = 0, ...rest] = Buffer.from('€');
    writeFileSync(path, Buffer.from([first]));
    check('');
    appendFileSync(path, Buffer.from(rest));
    check('€');
  });

  test('more than one chunk arrives whole, at a border inside a character too', () => {
    const text = `x${'ü'.repeat(1_500_000)}`;
    writeFileSync(path, text);
    tail.readNow();
    expect(told === text).toBe(true);
  });

  test('a file that became shorter is told again', () => {
    writeFileSync(path, 'one\ntorn');
    check('one\ntorn');
    truncateSync(path, 4);
    check('RESET one\n');
    appendFileSync(path, 'two\n');
    check('RESET one\ntwo\n');
  });

  test('a torn line replaced by a longer one between two looks is noticed', () => {
    writeFileSync(path, 'one\n{"seq":12,"type":"stepp');
    check('one\n{"seq":12,"type":"stepp');
    writeFileSync(path, 'one\n{"seq":12,"type":"hello", and so on and so on}\n');
    check('RESET one\n{"seq":12,"type":"hello", and so on and so on}\n');
  });

  test('a file that is gone for a while goes on when it is back', () => {
    writeFileSync(path, 'one\n');
    check('one\n');
    unlinkSync(path);
    check('one\n');
    writeFileSync(path, 'one\ntwo\n');
    check('one\ntwo\n');
  });

  test('a listener that asks for more does not get it out of order', () => {
    tail.dispose();
    const texts: string[] = [];
    tail = tailEvents(path, {
      onText: (text) => {
        if (texts.length === 0) appendFileSync(path, 'second');
        tail.readNow();
        texts.push(text);
      },
      onReset: () => undefined,
      pollMs: NEVER_MS,
    });
    writeFileSync(path, 'first ');
    tail.readNow();
    expect(texts).toEqual(['first ', 'second']);
  });

  test('nothing is told after dispose', () => {
    writeFileSync(path, 'one\n');
    tail.dispose();
    check('');
  });

  test.skipIf(process.platform === 'win32')('a pipe is not waited for', () => {
    execFileSync('mkfifo', [path]);
    check('');
  });

  test('the poll finds appended text by itself, even where the folder comes later and cannot be watched', async () => {
    tail.dispose();
    path = join(scratch(), 'later', 'events.jsonl');
    tail = follow(5);
    execFileSync(process.execPath, [
      '-e',
      'fs.mkdirSync(path.dirname(process.argv[1])); fs.writeFileSync(process.argv[1], "here")',
      path,
    ]);
    await vi.waitFor(() => expect(told).toBe('here'), 120_000);
  });

  // Linux and Windows report changes on local disks; elsewhere the poll is what counts.
  test.runIf(process.platform === 'linux')('the watcher finds it without the poll', async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    appendFileSync(path, 'here');
    await vi.waitFor(() => expect(told).toBe('here'), 120_000);
  });
});

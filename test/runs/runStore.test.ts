import { expect, it } from 'vitest';
import type { Event } from '../../src/protocol/events.ts';
import type { Liveness } from '../../src/runs/liveStatus.ts';
import { createRunStore, type RunStore } from '../../src/runs/runStore.ts';
import { stateAfter, transcript } from './events.ts';

const alive = (age: number): Liveness => ({ process: 'alive', heartbeat_age_seconds: age });
const gone: Liveness = { process: 'gone', heartbeat_age_seconds: 5 };
const [hello, started] = transcript(['hello'], ['started']) as [Event, Event];

/** The changes that `act` causes, as `id status`. */
function changes(act: (store: RunStore) => void): string[] {
  const store = createRunStore();
  const seen: string[] = [];
  store.onDidChange(({ id, run }) => seen.push(`${id} ${run?.status ?? 'removed'}`));
  act(store);
  return seen;
}

const check = (name: string, expected: string[], act: (store: RunStore) => void): void =>
  it(name, () => expect(changes(act)).toEqual(expected));

check('tells of every event', ['a starting', 'a running', 'b starting'], (store) => {
  store.apply('a', hello);
  store.apply('a', started);
  store.apply('b', hello);
});

check('tells of liveness only when the status changes', ['a starting', 'a running', 'a lost'], (store) => {
  store.setLiveness('a', alive(0));
  store.apply('a', started);
  store.setLiveness('a', alive(1));
  store.setLiveness('a', alive(2));
  store.setLiveness('a', gone);
  store.setLiveness('a', gone);
});

check('tells once of a batch, and not of the same state again', ['a running'], (store) => {
  const state = stateAfter(['hello'], ['started']);
  store.setState('a', state);
  store.setState('a', state);
});

check('tells of a removal once', ['a starting', 'a removed'], (store) => {
  store.apply('a', hello);
  store.remove('a');
  store.remove('a');
  store.remove('never known');
});

it('knows every run by its id, oldest first', () => {
  const store = createRunStore();
  store.apply('b', hello);
  store.setLiveness('a', gone);
  store.apply('b', started);
  expect(store.all().map((run) => run.id)).toEqual(['b', 'a']);
  expect(store.get('b')).toMatchObject({ id: 'b', status: 'running', state: { lastSeq: 1 } });
  expect(store.get('a')).toMatchObject({ status: 'lost', liveness: gone });
  expect(store.get('c')).toBeUndefined();
});

it('falls silent for a listener that is disposed, and for all when it is disposed itself', () => {
  const store = createRunStore();
  let [first, second] = [0, 0];
  const subscription = store.onDidChange(() => (first += 1));
  store.onDidChange(() => (second += 1));
  store.apply('a', hello);
  subscription.dispose();
  store.apply('b', hello);
  store.dispose();
  store.apply('c', hello);
  expect([first, second]).toEqual([1, 2]);
});

import { parentPort, type MessagePort } from 'node:worker_threads';
import { messageOf } from '../base/text.ts';
import { findHere } from './findHere.ts';
import type { Finder } from './finder.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** A program of its own: finds things out for the thread that started it (findInWorker.ts). */
if (parentPort !== null) serve(parentPort, findHere());

const ALIVE_MS = 1_000;

function serve(port: MessagePort, finder: Finder): void {
  const searches = new Map<number, AbortController>();
  const say = (message: FromWorker): void => port.postMessage(message);
  const answer = async (message: Exclude<ToWorker, { type: 'abort' }>): Promise<FromWorker> => {
    const { type, id, request } = message;
    if (type === 'identify') return { type: 'identified', id, identity: await finder.identify(request) };
    const controller = new AbortController();
    searches.set(id, controller);
    const onProgress = (done: number, total: number): void => say({ type: 'progress', id, done, total });
    const finding = await finder.find(request, { signal: controller.signal, onProgress });
    return { type: 'found', id, finding };
  };
  port.on('message', (message: ToWorker) => {
    const { id } = message;
    if (message.type === 'abort') searches.get(id)?.abort();
    else
      void answer(message)
        .catch((error: unknown): FromWorker => ({ type: 'failed', id, message: messageOf(error) }))
        .then(say)
        .finally(() => searches.delete(id));
  });
  setInterval(() => {
    if (searches.size > 0) say({ type: 'alive' });
  }, ALIVE_MS).unref();
}

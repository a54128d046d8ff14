import { parentPort } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { findInWorker } from '../facts/findInWorker.ts';
import { createFacts } from '../facts/service.ts';
import type { FromAnnotator, ToAnnotator } from './messages.ts';
import { createSession } from './session.ts';

/** The annotator's thread. What takes long is found out in another one yet, so that this one answers at once. */
const FACTS_WORKER = fileURLToPath(new URL('factsWorker.js', import.meta.url));

const port = parentPort;
if (port !== null) {
  const post = (message: FromAnnotator): void => port.postMessage(message);
  const session = createSession({
    post,
    createFacts: (sources) => createFacts(sources, findInWorker(FACTS_WORKER)),
  });
  port.on('message', (message: ToAnnotator) => session.receive(message));
  post({ type: 'ready' });
}

import { dirname, join } from 'node:path';
import type { Surroundings } from '../config/files.ts';
import { percent } from '../base/format.ts';
import { findHere } from '../facts/findHere.ts';
import { whenKnown } from '../facts/whenKnown.ts';
import { createFacts, type FactsService, type KnownSpeed } from '../facts/service.ts';
import { holdfastHome } from '../folder/deviceLock.ts';
import { diskFiles } from '../folder/diskFiles.ts';
import { hubCache } from '../folder/hubCache.ts';
import { nearestHoldfastFolder } from '../launch/findRoot.ts';
import { speedOf } from '../runs/speeds.ts';
import type { ConfigText } from './configFile.ts';
import { findPython } from './engine.ts';
import { readState, runsAround } from './findRun.ts';
import type { Services } from './services.ts';
import { clip } from '../base/format.ts';

/**
 * What `look` says when all is known that it asks for: it is called again and again while more is found out.
 * @param patience milliseconds after which what is known by then counts
 */
export async function withFacts<Result>(
  source: ConfigText,
  services: Services,
  look: (surroundings: Surroundings) => Result,
  patience?: number,
): Promise<Result> {
  const facts = factsFor(source, services);
  const surroundings = { files: diskFiles, hub: hubCache(), folder: source.folder, facts: facts.facts };
  const progress = showProgress(facts, services);
  try {
    const signal = patience === undefined ? undefined : AbortSignal.timeout(patience);
    return await whenKnown(() => look(surroundings), facts, signal);
  } finally {
    progress.dispose();
    facts.dispose();
  }
}

/** Whoever gives a command trusts the folder it is given for. */
function factsFor({ path, folder }: ConfigText, services: Services): FactsService {
  const root = nearestHoldfastFolder(folder);
  const environment = {
    isTrusted: true,
    workspaceFolders: [folder, services.folder],
    shippedFiles: [services.generalKnowledge],
    roots: root === undefined ? [] : [root],
    cacheFolder: join(holdfastHome(), 'cache'),
  };
  return createFacts(
    {
      environment: () => environment,
      findPython: () => findPython([dirname(path), services.folder], services),
      speeds: () => speedsAround(services.folder),
    },
    findHere(),
  );
}

const MOST_RUNS = 30;

/** The newest runs of the nearest `.holdfast`; what cannot be read has no speed. */
function speedsAround(folder: string): KnownSpeed[] {
  return runsAround(folder)
    .slice(-MOST_RUNS)
    .flatMap((entry) => {
      if ('problem' in entry) return [];
      try {
        return speedOf(entry.run, readState(entry.folder).state) ?? [];
      } catch {
        return [];
      }
    });
}

/** On a screen: which file is being read, and how far. */
function showProgress(facts: FactsService, { terminal }: Services): { readonly dispose: () => void } {
  const { block, columns } = terminal;
  const listener = facts.onDidProgress(({ what, done, total }) => {
    const text = `${what}${total > 0 ? ` ${percent(done / total)}` : ''} ...`;
    block?.draw([clip(text, columns() - 1)]);
  });
  return {
    dispose: () => {
      listener.dispose();
      block?.clear();
    },
  };
}

import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { trainFiles, type RunConfig } from '../protocol/runConfig.ts';
import type { RunFile } from '../protocol/runFiles.ts';
import { fileProblem } from './fileProblem.ts';

/** What identifies the content of every data file a config names, each file once, in the config's order. */
export async function fingerprintData(config: RunConfig): Promise<RunFile['data']> {
  const fingerprints: RunFile['data'] = [];
  for (const path of new Set(dataFiles(config))) fingerprints.push(await fingerprintFile(path, 'data file'));
  return fingerprints;
}

/** Paths of all data files of a config: training, evaluation, probe sets. */
export function dataFiles(config: RunConfig): string[] {
  const train = trainFiles(config).map(({ path }) => path);
  const evaluation = config.eval_file === undefined ? [] : [config.eval_file];
  const probes = config.probes.sets === 'auto' ? [] : config.probes.sets.map(({ file }) => file);
  return [...train, ...evaluation, ...probes];
}

/**
 * What identifies the content of one file. Streamed: files may be larger than memory.
 * @param what the file is, for the sentence that says why it cannot be read
 * @param onBytes told how many bytes have been read so far
 */
export async function fingerprintFile(
  path: string,
  what: string,
  onBytes?: (bytes: number) => void,
): Promise<RunFile['data'][number]> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    // Reading a pipe would wait for a writer, perhaps for ever.
    if (!statSync(path).isFile()) throw new Error('it is not a regular file; correct the path');
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      onBytes?.(bytes);
    }
  } catch (error) {
    throw fileProblem(`read the ${what}`, path, error);
  }
  return { path, sha256: hash.digest('hex'), bytes };
}

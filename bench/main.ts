import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { repository, startBackend } from '../test/engines/tfjs/models.ts';
import { benchDecoding } from './decoding.ts';
import { benchEpoch } from './epoch.ts';
import { benchMethods } from './methods.ts';
import { benchParity } from './parity.ts';
import { benchStep } from './step.ts';
import type { Figure } from './figure.ts';

/** Every measurement once, in one process: a table on stdout, JSON in bench/results/. */
const sections: Readonly<Record<string, () => Figure[]>> = {
  parity: benchParity,
  step: benchStep,
  decoding: benchDecoding,
  epoch: benchEpoch,
  methods: benchMethods,
};

const wanted = process.argv.slice(2);
await startBackend();
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(sections)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const figure of measure()) {
    figures.push({ ...figure, name: `${name}: ${figure.name}` });
    const verdict = figure.limit === undefined ? '' : `  (to reach: ${figure.limit})`;
    console.log(`${`${name}: ${figure.name}`.padEnd(64)} ${figure.text}${verdict}`);
  }
}
const time = new Date().toISOString();
const folder = join(repository, 'bench/results');
mkdirSync(folder, { recursive: true });
const file = join(folder, `${time.replaceAll(':', '-')}.json`);
writeFileSync(
  file,
  `${JSON.stringify({ time, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, figures }, undefined, 2)}\n`,
);
console.log(`\n${file}`);

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { repository, startBackend } from '../test/engines/tfjs/models.ts';
import { benchBundle } from './bundle.ts';
import { benchDecoding } from './decoding.ts';
import { benchEpoch } from './epoch.ts';
import { benchEstimates } from './estimates/estimates.ts';
import { benchFacts } from './facts.ts';
import { benchFeed } from './feed/feed.ts';
import { inVitest } from './inVitest.ts';
import { benchLanguage } from './language.ts';
import { benchMethods } from './methods.ts';
import { benchParity } from './parity.ts';
import { benchStep } from './step.ts';
import type { Figure } from './figure.ts';

type Section = () => Figure[] | Promise<Figure[]>;

/** Every measurement once: a table on stdout, JSON in bench/results/. `editor` asks for all sections that begin so. */
const sections: Readonly<Record<string, Section>> = {
  parity: onBackend(benchParity),
  step: onBackend(benchStep),
  decoding: onBackend(benchDecoding),
  epoch: onBackend(benchEpoch),
  methods: onBackend(benchMethods),
  'editor: bundle': benchBundle,
  'editor: activation': inVitest('bench/browser/activation.bench.ts', { vsix: true }),
  'editor: other yaml': inVitest('bench/browser/otherYaml.bench.ts', { vsix: true }),
  'editor: event to screen': inVitest('bench/browser/eventToScreen.bench.ts', { vsix: true }),
  'editor: open 100,000 steps': inVitest('bench/browser/openRun.bench.ts', { vsix: true }),
  'editor: annotations': inVitest('bench/browser/annotations.bench.ts', { vsix: true }),
  'panel: pan and zoom 1,000,000 points': inVitest('bench/browser/panAndZoom.bench.ts'),
  'feed: ten runs, 1,000,000 events': benchFeed,
  'facts: a large data file': benchFacts,
  'estimates: tfjs': benchEstimates('tfjs'),
  'estimates: torch': benchEstimates('torch'),
  'config: typing in 300 lines': benchLanguage,
};

const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean =>
  wanted.length === 0 || wanted.some((word) => name === word || name.startsWith(`${word}:`));
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(sections)) {
  if (!isWanted(name)) continue;
  for (const figure of await measure()) {
    const whole = `${name}: ${figure.name}`;
    figures.push({ ...figure, name: whole });
    const verdict = figure.limit === undefined ? '' : `  (to reach: ${figure.limit})`;
    console.log(`${whole.padEnd(64)} ${figure.text}${verdict}`);
  }
}
const time = new Date().toISOString();
const folder = join(repository, 'bench/results');
mkdirSync(folder, { recursive: true });
const file = join(folder, `${time.replaceAll(':', '-')}.json`);
writeFileSync(
  file,
  `${JSON.stringify({ time, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg(), figures }, undefined, 2)}\n`,
);
console.log(`\n${file}`);

/** The tensor backend takes a second and much memory, which the other sections would feel: only who needs it starts it. */
function onBackend(measure: () => Figure[]): Section {
  return async () => {
    await startBackend();
    return measure();
  };
}

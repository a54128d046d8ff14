import { grouped, percent } from '../../base/format.ts';
import { wilsonInterval } from '../../base/wilson.ts';
import { askingRows } from '../dataFiles.ts';
import { setSetting } from '../edits.ts';
import type { NamedFile } from '../namedFile.ts';
import { keyRange, valueRange, type ParsedConfig } from '../parse.ts';
import { valueAt, type Path } from '../path.ts';
import type { Fix } from '../problem.ts';
import { SHIPPED_FACTS } from '../shippedProbes.ts';
import { firstLine } from '../range.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

interface FewFacts {
  /** What there is to ask, if the base model knows it all. */
  readonly facts: number;
  readonly limit: number;
  /** The fewest that would do. */
  readonly enough: number;
  /** What keeps them so few. */
  readonly path: Path;
}

/** A share of a few facts is hardly a number. */
export const fewFacts = defineRule({
  code: 'probes.few-facts',
  level: 'hint',
  side: 'meaning',
  what: 'The probe sets have so few facts that the 95 % interval (Wilson) of a forgetting of `max_forgetting` is wider than `max_forgetting` itself.',
  why: 'Whether the limit was exceeded is then a matter of luck, and so is which checkpoint is called the best.',
  cure: 'Ask more facts: about 300 for the default limit of 5 %; or raise `max_forgetting`.',
  source: 'Wilson 1927; Newcombe 1998',
  find: tooFew,
  tell: ({ facts, limit, enough, path }, { parsed }) => {
    const { low = 0, high = 1 } = wilsonInterval(limit * facts, facts) ?? {};
    const isWritten = valueAt(parsed.value, path) !== undefined;
    return {
      path,
      range: firstLine(parsed.text, isWritten ? valueRange(parsed, path) : keyRange(parsed, ['probes'])),
      message: `Of ${grouped(facts)} probe facts a forgetting of ${percent(limit)} means ${percent(low)} to ${percent(high)} (95 % interval): ask ${grouped(enough)} or more, or raise \`max_forgetting\`.`,
      fixes: path[1] === 'max_facts' ? [writeMost(parsed, enough)] : [],
    };
  },
});

function writeMost(parsed: ParsedConfig, facts: number): Fix {
  return {
    title: `Write max_facts: ${facts}`,
    edits: [setSetting(parsed, ['probes', 'max_facts'], String(facts))],
    isCertain: false,
  };
}

function tooFew({ about }: RuleInput): readonly FewFacts[] {
  const config = about.config();
  if (config === undefined || config.from_config) return [];
  const { sets, max_facts: most, max_forgetting: limit } = config.probes;
  const there = sets === 'auto' ? [SHIPPED_FACTS] : countFacts(about.probeFiles());
  const facts = (there ?? []).reduce((sum, count) => sum + Math.min(most, count), 0);
  // 0 and 1 are limits of another kind, and another rule speaks of them.
  if (there === undefined || facts === 0 || limit === 0 || limit === 1) return [];
  const enough = factsNeeded(limit);
  if (facts >= enough) return [];
  const isThere = there.reduce((sum, count) => sum + Math.min(enough, count), 0) >= enough;
  return [{ facts, limit, enough, path: ['probes', isThere ? 'max_facts' : 'sets'] }];
}

/** What each file asks; undefined as long as one is not known. */
function countFacts(files: readonly NamedFile[]): readonly number[] | undefined {
  const counts = files.flatMap(({ data }) => {
    const found = data();
    if (found === undefined || found.problem !== undefined) return [];
    return [askingRows(found)];
  });
  return counts.length < files.length ? undefined : counts;
}

/** The fewest facts, in tens, of which the interval of a forgetting of `limit` is no wider than `limit`. */
function factsNeeded(limit: number): number {
  const isEnough = (tens: number): boolean => {
    const { low = 0, high = 1 } = wilsonInterval(limit * 10 * tens, 10 * tens) ?? {};
    return high - low <= limit;
  };
  // The width falls with the square root of the facts, so halving finds the place.
  let [few, enough] = [0, 1];
  while (!isEnough(enough) && enough < MOST_TENS) [few, enough] = [enough, 2 * enough];
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else few = middle;
  }
  return 10 * enough;
}

/** Nobody asks so many; a limit near 0 would need more still. */
const MOST_TENS = 2 ** 16;

export const examples: Examples = {
  good: [
    { text: 'probes: {max_facts: 310}\n' },
    { text: 'probes: {max_facts: 50, max_forgetting: 0.3}\n' },
    { text: 'probes: {sets: [{name: own, file: more.jsonl}]}\n' },
    { text: 'probes: {sets: []}\n' },
    { text: 'from_config: true\nprobes: {max_facts: 10}\n' },
  ],
  bad: [
    {
      text: 'probes:\n  max_facts: 50  # quick\n',
      says: [
        'Of 50 probe facts a forgetting of 5.0 % means 1.6 % to 14.9 % (95 % interval): ask 310 or more, or raise `max_forgetting`.',
      ],
      fixed: 'probes:\n  max_facts: 310  # quick\n',
    },
    {
      text: 'probes: {sets: [{name: own, file: more.jsonl}]}\n',
      world: {
        data: { 'more.jsonl': { rows: 40, kinds: { text: 0, completion: 0, question: 40, chat: 0 } } },
      },
      says: [
        'Of 40 probe facts a forgetting of 5.0 % means 1.4 % to 16.5 % (95 % interval): ask 310 or more, or raise `max_forgetting`.',
      ],
    },
    {
      text: 'probes: {max_forgetting: 0.01}\n',
      says: [
        'Of 1,000 probe facts a forgetting of 1.0 % means 0.5 % to 1.8 % (95 % interval): ask 1,610 or more, or raise `max_forgetting`.',
      ],
    },
  ],
};

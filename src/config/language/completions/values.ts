import type { About } from '../../about.ts';
import { namedKind, type Surroundings } from '../../files.ts';
import type { JsonSchema } from '../../jsonSchema.ts';
import type { Meant } from '../../likelyMeant.ts';
import type { ParsedConfig } from '../../parse.ts';
import { patternOf, type Path } from '../../path.ts';
import { asMarkdown } from '../markdown.ts';
import { manualEntry } from '../manual/manual.ts';
import type { Candidate } from './candidate.ts';
import { groupCandidates } from './groups.ts';
import { moduleCandidates } from './modules.ts';
import { pathCandidates, type ListFolder } from './paths.ts';

/** What a value can be looked up in. */
export interface Sources {
  readonly surroundings: Surroundings;
  readonly list: ListFolder;
  readonly parsed: () => ParsedConfig;
  readonly about: () => About;
  /** What of the value is written before the cursor, without quotes. */
  readonly written: string;
}

/** What may stand at `path`, most useful first; `schema` is its own, or that of the list it is an item of. */
export function valueCandidates(path: Path, schema: JsonSchema, sources: Sources): Candidate[] {
  const pattern = patternOf(path).replace(/\[\]$/, '');
  if (/^freeze\.(groups|trainable_groups)$/.test(pattern)) return groupCandidates(sources.about());
  if (pattern === 'lora.target_modules') return moduleCandidates(sources.about(), sources.parsed());
  const kind = namedKind(path);
  const named = kind === undefined ? [] : pathCandidates(sources.written, kind, sources);
  const words = schema.type === 'object' ? [] : knownValues(pattern, schema);
  return [...words.map((word) => described(pattern, word, sources)), ...named];
}

interface Known {
  readonly value: Meant;
  readonly means: string;
}

/** Of the manual, and what it has left out: the words of the schema and the default. */
function knownValues(pattern: string, schema: JsonSchema): Known[] {
  const known = manualEntry(pattern)?.values ?? [];
  const standard: unknown = schema.default;
  const rest: Known[] = [...(schema.enum ?? schema.items?.enum ?? []), standard]
    .filter(isWord)
    .filter((value) => !known.some((one) => one.value === value))
    .map((value) => ({ value, means: value === standard ? 'the default' : '' }));
  return [...known, ...rest];
}

function isWord(value: unknown): value is Meant {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Engines say whether they are there. */
function described(pattern: string, { value, means }: Known, { surroundings }: Sources): Candidate {
  const torch =
    pattern === 'engine' && value === 'torch' ? surroundings.facts?.('engines', {})?.torch : undefined;
  const detail =
    torch === undefined ? means : torch.usable ? `${means}; installed` : `${means}; not installed`;
  return {
    value,
    kind: 'value',
    detail,
    ...(torch?.problem === undefined ? {} : { documentation: asMarkdown(torch.problem) }),
  };
}

import { RESERVED_KEYS } from '../protocol/runConfig.ts';
import { nearest } from '../base/nearest.ts';
import { formatPath, patternOf, type Path } from './path.ts';
import { PEER_ADVICE, PEER_NAMES } from './peerNames.ts';
import { keysAt, schemaAt, settingPaths } from './schemaAt.ts';
import { alternatives, quote } from './wording.ts';

/** What to do about a key that does not exist. */
export interface Advice {
  /** Follows a colon. */
  readonly cure: string;
  /** The key of the same block that was meant; undefined where a new name alone does not cure it. */
  readonly rename?: string;
}

/** Advice about the unknown key at `path`. Sure answers first: names other trainers use, then places, then spelling. */
export function adviseUnknownKey(path: Path): Advice {
  return fromPeers(path) ?? fromOtherPlace(path) ?? fromSpelling(path) ?? fromSiblings(path);
}

function fromPeers(path: Path): Advice | undefined {
  const pattern = patternOf(path);
  const peerAdvice = Object.hasOwn(PEER_ADVICE, pattern) ? PEER_ADVICE[pattern] : undefined;
  if (peerAdvice !== undefined) return { cure: peerAdvice };
  const ours = Object.hasOwn(PEER_NAMES, pattern) ? PEER_NAMES[pattern] : undefined;
  if (ours === undefined) return undefined;
  const [block = ours] = ours.split('.');
  const reserved = Object.hasOwn(RESERVED_KEYS, block) ? RESERVED_KEYS[block] : undefined;
  if (reserved !== undefined) return { cure: `delete it, Holdfast calls it \`${ours}\` and ${reserved}` };
  const cure = `did you mean \`${ours}\`, as it is called here?`;
  return ours.includes('.') ? { cure } : { cure, rename: ours };
}

/** `probes.max_facts` as one key, or `max_facts` outside its block. */
function fromOtherPlace(path: Path): Advice | undefined {
  const key = String(path.at(-1) ?? '');
  const dotted = key.split('.');
  const known =
    dotted.length > 1 && schemaAt(dotted) !== undefined
      ? dotted
      : settingPaths().find((candidate) => candidate.at(-1) === key);
  if (known === undefined) return undefined;
  const block = known.slice(0, -1).join('.');
  const name = known.at(-1) ?? '';
  return {
    cure: block === '' ? 'move it to the top level' : `write \`${name}\` inside the block \`${block}\``,
  };
}

function fromSpelling(path: Path): Advice | undefined {
  const meant = nearest(String(path.at(-1) ?? ''), keysAt(path.slice(0, -1)) ?? []);
  return meant === undefined ? undefined : { cure: `did you mean \`${meant}\`?`, rename: meant };
}

function fromSiblings(path: Path): Advice {
  const block = path.slice(0, -1);
  const siblings = keysAt(block) ?? [];
  if (block.length === 0 || siblings.length === 0) return { cure: 'delete it' };
  return { cure: `delete it, or write ${alternatives(siblings.map(quote))} in ${quote(formatPath(block))}` };
}

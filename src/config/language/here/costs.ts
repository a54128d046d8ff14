import { aboutBytes, aboutTime } from '../../approximately.ts';
import { partsInWords } from '../../memoryWords.ts';
import { quote } from '../../wording.ts';
import type { Note } from './note.ts';

/** Parts that are named: the rest is small. */
const MOST_PARTS = 4;

export const memoryNote: Note = (about) => {
  const [memory, place] = [about.estimate()?.memory, about.place()];
  if (memory === undefined || place === undefined) return undefined;
  const need = `${aboutBytes(memory.total)} of ${aboutBytes(place.memory_bytes)} on ${nameOf(place.name)}`;
  const guess = memory.isMeasured ? '' : '; never measured on such a device';
  return `Memory: about ${need} (${partsInWords(memory.parts, MOST_PARTS)})${guess}.`;
};

export const timeNote: Note = (about) => {
  const time = about.estimate()?.time;
  if (time === undefined) return undefined;
  const range = `${aboutTime(time.low)} to ${aboutTime(time.high)}`;
  const basis = {
    'last run': 'from the last run like this one',
    'measured constants': 'estimated',
    rough: 'a guess',
  };
  return `Time: about ${aboutTime(time.seconds)} (${range}; ${basis[time.basis]}).`;
};

export const checkpointSizeNote: Note = (about) => {
  const disk = about.estimate()?.memory.disk;
  const free = about.freeDisk();
  if (disk === undefined) return undefined;
  const left = free === undefined ? '' : `; ${aboutBytes(free)} are free`;
  return `A checkpoint takes about ${aboutBytes(disk.checkpoint)}${left}.`;
};

/** Our own words, or what a GPU calls itself. */
function nameOf(name: string): string {
  return name === 'this machine' ? name : quote(name);
}

import { resolveInside } from '../folder/contain.ts';
import { writeAtomically } from '../folder/atomicWrite.ts';
import { runPaths } from '../folder/layout.ts';
import { readTextCapped } from '../folder/readCapped.ts';
import { decodeFile } from '../protocol/decode.ts';
import { encodeJson } from '../protocol/numbers.ts';
import { NotesFileSchema, type NotesFile } from '../protocol/runFiles.ts';
import { fileProblem } from './fileProblem.ts';

const MAX_NOTES_BYTES = 100_000;
/** NotesFileSchema's cap: a longer one could not be read again. */
const MAX_LABEL_LENGTH = 200;

/** What a person has noted about a run; nothing where there are no notes, or none that can be read. */
export function readNotes(folder: string): NotesFile {
  const path = resolveInside(folder, 'notes.json');
  const read = path === undefined ? undefined : readTextCapped(path, MAX_NOTES_BYTES);
  if (read === undefined || 'problem' in read) return {};
  const decoded = decodeFile(NotesFileSchema, read.text);
  return 'value' in decoded ? decoded.value : {};
}

/** Lays `changes` over a run's notes; '' as a label takes it away. Throws one sentence where they cannot be written. */
export function changeNotes(folder: string, changes: NotesFile): void {
  const notes = { ...readNotes(folder), ...changes };
  const { label, ...unnamed } = notes;
  const name = label?.trim().slice(0, MAX_LABEL_LENGTH) ?? '';
  const kept = name === '' ? unnamed : { ...notes, label: name };
  try {
    writeAtomically(runPaths(folder).notes, `${encodeJson(kept, 2)}\n`);
  } catch (error) {
    throw fileProblem('write', runPaths(folder).notes, error);
  }
}

import { isUtf8 } from 'node:buffer';
import { fstatSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { bytes as sizeText } from '../../base/format.ts';
import { isJsonArray, notJson, parseJson, parseLine, parseRecord } from '../../data/parseRows.ts';
import type { Row } from '../../data/row.ts';
import { withOpen, type Access } from '../access.ts';
import type { Pace } from '../pace.ts';
import { createArrayCutter } from './arrayCutter.ts';
import { MAX_RECORD_BYTES, type Cutter } from './cutter.ts';
import { createLineCutter } from './lineCutter.ts';
import { streamFile, type ReadFile } from './stream.ts';

/** A record of a data file, as `data/parseRows` counts them. */
export interface FoundRecord {
  readonly line: number;
  /** Length of its text. */
  readonly bytes: number;
  /** The row, or half a sentence saying why it is none. To be asked before the visitor returns, if at all. */
  readonly row: () => Row | string;
  /** Whether its bytes are UTF-8; true where it is too long to be looked at. Like `row`, not to be asked later. */
  readonly isUtf8: () => boolean;
}

export interface RecordVisitor {
  /** Before the first record; and again when what was visited turns out to be no records: they do not count then. */
  readonly start: () => void;
  readonly visit: (record: FoundRecord) => void;
}

/** A data file as it was read; `beginning`: its first bytes, by which formats are told apart. */
export interface ReadData extends ReadFile {
  readonly beginning: Uint8Array;
}

/** Where these are nothing but white space, the file is one of lines. */
const BEGINNING_BYTES = 65_536;

/**
 * Visits every record of a data file of any size, in the file's order, as parseRows would read them but for records that are too
 * long. Takes as much memory as the longest record. Rejects with the Node error where the file cannot be read.
 */
export async function readRecords(
  path: string,
  access: Access,
  pace: Pace,
  visitor: RecordVisitor,
): Promise<ReadData> {
  return withOpen(access.open(path), async (handle) => {
    const beginning = beginningOf(handle);
    const text = beginning.toString('utf8').replace(/^\uFEFF/, '');
    const name = basename(path);
    visitor.start();
    const file = isJsonArray(text)
      ? await readArray(handle, name, pace, visitor, notJson(text))
      : await readJsonLines(handle, name, pace, visitor);
    return { ...file, beginning };
  });
}

const TOO_LONG = `is longer than ${sizeText(MAX_RECORD_BYTES)}: cut it into several rows`;

function readJsonLines(
  handle: number,
  name: string,
  pace: Pace,
  { visit }: RecordVisitor,
): Promise<ReadFile> {
  let line = 0;
  const cutter = createLineCutter((bytes, length) => {
    line += 1;
    if (bytes === undefined) visit({ line, bytes: length, row: () => TOO_LONG, isUtf8: () => true });
    else if (!isBlank(bytes))
      visit({
        line,
        bytes: length,
        row: () => parseLine(textOf(bytes, line), `${name}:${line}`),
        isUtf8: () => isUtf8(bytes),
      });
  });
  return streamFile(handle, pace, cutter);
}

/** As `text.trim() === ''` says, but for most lines without making a text. */
function isBlank(bytes: Buffer): boolean {
  const first = bytes.find((byte) => byte !== 32 && (byte < 9 || byte > 13));
  if (first === undefined) return true;
  return first >= 128 && bytes.toString('utf8').trim() === '';
}

function textOf(bytes: Buffer, line: number): string {
  const text = bytes.toString('utf8');
  return line === 1 ? text.replace(/^\uFEFF/, '') : text;
}

/** @param problem what is said of an array that is none */
async function readArray(
  handle: number,
  name: string,
  pace: Pace,
  { start, visit }: RecordVisitor,
  problem: string,
): Promise<ReadFile> {
  let [line, isBroken] = [0, false];
  const cutter = createArrayCutter((bytes, length) => {
    if (isBroken) return;
    line += 1;
    const { value, message } = bytes === undefined ? {} : parseJson(bytes.toString('utf8'));
    isBroken = message !== undefined;
    const row = (): Row | string => (bytes === undefined ? TOO_LONG : parseRecord(value, `${name}:${line}`));
    if (!isBroken) visit({ line, bytes: length, row, isUtf8: () => bytes === undefined || isUtf8(bytes) });
  });
  const file = await streamFile(handle, pace, withoutMark(cutter));
  if (isBroken || !cutter.isWhole()) {
    start();
    visit({ line: 1, bytes: file.bytes, row: () => problem, isUtf8: () => true });
  }
  return file;
}

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

function withoutMark(cutter: Cutter): Cutter {
  let isFirst = true;
  return {
    add: (chunk) => {
      const isMarked = isFirst && chunk.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
      isFirst = false;
      cutter.add(isMarked ? chunk.subarray(BYTE_ORDER_MARK.length) : chunk);
    },
    end: () => cutter.end(),
  };
}

function beginningOf(handle: number): Buffer {
  const buffer = Buffer.alloc(Math.min(fstatSync(handle).size, BEGINNING_BYTES));
  return buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, 0));
}

import { decodeAnswers } from '../src/engines/tfjs/evaluation/evaluator.ts';
import { checkTeacherForced } from '../src/engines/tfjs/evaluation/teacherForced.ts';
import { loadExample } from './example.ts';
import { milliseconds, spread, type Figure } from './figure.ts';

const ROUNDS = 7;
const BATCH = 64;

/** Real decoding with a key/value cache against the teacher-forced check of the same 400 held facts. */
export function benchDecoding(): Figure[] {
  const { model, tokenizer, held } = loadExample();
  const forced = (): void => void checkTeacherForced(model, held, BATCH, tokenizer.eosTokenId);
  const decoded = (): void => void decodeAnswers(model, tokenizer, held, BATCH);
  forced();
  decoded();
  const rows = Array.from({ length: ROUNDS }, () => ({
    forced: milliseconds(forced),
    decoded: milliseconds(decoded),
  }));
  model.dispose();
  return [
    spread(
      `teacher-forced check of ${held.length} facts`,
      rows.map((row) => row.forced),
      'ms',
      0,
    ),
    spread(
      `decoding the same facts`,
      rows.map((row) => row.decoded),
      'ms',
      0,
    ),
    spread(
      'decoding over the check',
      rows.map((row) => row.decoded / row.forced),
      'x',
      2,
      '<= 3 x',
    ),
  ];
}

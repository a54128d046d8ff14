import Table from 'cli-table3';

/** A plain table with a header row. The first column is aligned left, the others right, or all left for text. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  others: 'right' | 'left' = 'right',
): string {
  const result = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 ? 'left' : others)),
    style: { head: [], border: [], compact: true, 'padding-left': 0 },
    chars: {
      left: '',
      right: '',
      top: '',
      bottom: '',
      'top-mid': '',
      'bottom-mid': '',
      'top-left': '',
      'top-right': '',
      'bottom-left': '',
      'bottom-right': '',
      mid: '',
      'left-mid': '',
      'mid-mid': '',
      'right-mid': '',
      middle: '  ',
    },
  });
  result.push(...rows.map((row) => [...row]));
  return result
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

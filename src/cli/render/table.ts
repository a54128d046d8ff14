import Table from 'cli-table3';

/** A plain table: a header row, columns aligned left, then right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const result = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
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

/**
 * Share of all tokens that lie in a beginning which an earlier row has too, 0..1: the torch engine computes those once
 * (holdfast_torch/model/prefix_tree.py). Of no tokens, 0. Sorts `rows`: among sorted rows, what one shares with any other it shares
 * with a neighbour.
 */
export function sharedPrefix(rows: Uint32Array[]): number {
  rows.sort(compare);
  let [tokens, shared] = [0, 0];
  let before: Uint32Array = new Uint32Array();
  for (const row of rows) {
    tokens += row.length;
    shared += commonLength(before, row);
    before = row;
  }
  return tokens === 0 ? 0 : shared / tokens;
}

function compare(one: Uint32Array, other: Uint32Array): number {
  const at = commonLength(one, other);
  return (one[at] ?? -1) - (other[at] ?? -1);
}

function commonLength(one: Uint32Array, other: Uint32Array): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) length += 1;
  return length;
}

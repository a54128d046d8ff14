/**
 * An append-only list that older states can go on holding. A run of a million steps appends a million times, and every state
 * is immutable, so copying an array per event is out of the question; here an append copies at most one chunk, every full
 * chunk is shared with the older states, and nothing that was handed out ever changes (states may be frozen or kept).
 * The chunks stand open for readers that thin a series and want to skip whole chunks.
 */
export interface Series<Item> {
  readonly length: number;
  /** Full chunks of `CHUNK_LENGTH` items, oldest first. */
  readonly chunks: readonly (readonly Item[])[];
  /** What came after them; always shorter than a chunk. */
  readonly tail: readonly Item[];
}

/** Small enough that copying the tail is cheap, large enough that the list of chunks stays short. */
export const CHUNK_LENGTH = 64;

export function emptySeries<Item>(): Series<Item> {
  return { length: 0, chunks: [], tail: [] };
}

/** The series and one item more; `series` itself stays as it is. */
export function append<Item>(series: Series<Item>, item: Item): Series<Item> {
  const tail = [...series.tail, item];
  const length = series.length + 1;
  return tail.length < CHUNK_LENGTH
    ? { length, chunks: series.chunks, tail }
    : { length, chunks: [...series.chunks, tail], tail: [] };
}

/** The item at `index`, counted from 0; undefined outside the series. */
export function itemAt<Item>(series: Series<Item>, index: number): Item | undefined {
  const chunk = series.chunks[Math.floor(index / CHUNK_LENGTH)] ?? series.tail;
  return index < series.length ? chunk[index % CHUNK_LENGTH] : undefined;
}

/** The newest item; undefined if there is none. */
export function lastItem<Item>(series: Series<Item>): Item | undefined {
  return itemAt(series, series.length - 1);
}

/** At most `count` newest items, oldest first; touches no chunk that it does not need. */
export function lastItems<Item>(series: Series<Item>, count: number): Item[] {
  const chunksNeeded = Math.ceil(Math.max(0, count - series.tail.length) / CHUNK_LENGTH);
  const from = Math.max(0, series.chunks.length - chunksNeeded);
  const candidates = [...series.chunks.slice(from).flat(), ...series.tail];
  return candidates.slice(Math.max(0, candidates.length - count));
}

/** Every item, oldest first, as an array of its own. */
export function toArray<Item>(series: Series<Item>): Item[] {
  return [...series.chunks.flat(), ...series.tail];
}

/** The leading items for which `belongs` holds; it must hold for a beginning of the series and for nothing after it. */
export function takeLeading<Item>(series: Series<Item>, belongs: (item: Item) => boolean): Series<Item> {
  let [low, high] = [0, series.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = itemAt(series, middle);
    if (item !== undefined && belongs(item)) low = middle + 1;
    else high = middle;
  }
  return prefix(series, low);
}

function prefix<Item>(series: Series<Item>, length: number): Series<Item> {
  if (length === series.length) return series;
  const full = Math.floor(length / CHUNK_LENGTH);
  const rest = series.chunks[full] ?? series.tail;
  return { length, chunks: series.chunks.slice(0, full), tail: rest.slice(0, length % CHUNK_LENGTH) };
}

/**
 * An append-only list that older states can go on holding. A run of a million steps appends a million times, and every state
 * is immutable, so copying an array per event is out of the question; here an append copies at most one chunk, every full
 * chunk is shared with the older states, and nothing that was handed out ever changes (states may be frozen or kept).
 * The chunks stand open for readers that thin a series and want to skip whole chunks.
 */
export interface Series<Item> {
  readonly length: number;
  /** Full chunks of `CHUNK_LENGTH` items, oldest first. */
  readonly chunks: readonly Chunk<Item>[];
  /** What came after them; always shorter than a chunk. */
  readonly tail: readonly Item[];
  /** How full chunks are kept; undefined: as the arrays they are. */
  readonly packer: Packer<Item> | undefined;
}

export interface Packer<Item> {
  pack(items: readonly Item[]): Chunk<Item>;
}

/** `CHUNK_LENGTH` items that will not change; an array is one, so is anything that keeps them in less memory. */
export interface Chunk<Item> {
  at(index: number): Item | undefined;
}

/** Small enough that copying the tail is cheap, large enough that the list of chunks stays short. */
export const CHUNK_LENGTH = 64;

/** @param packer how full chunks are kept where there will be very many items */
export function emptySeries<Item>(packer?: Packer<Item>): Series<Item> {
  return { length: 0, chunks: [], tail: [], packer };
}

/** The series and one item more; `series` itself stays as it is. */
export function append<Item>(series: Series<Item>, item: Item): Series<Item> {
  const { chunks, packer } = series;
  const tail = [...series.tail, item];
  const length = series.length + 1;
  return tail.length < CHUNK_LENGTH
    ? { length, chunks, tail, packer }
    : { length, chunks: [...chunks, packer?.pack(tail) ?? tail], tail: [], packer };
}

/** The item at `index`, counted from 0; undefined outside the series. */
export function itemAt<Item>(series: Series<Item>, index: number): Item | undefined {
  if (index < 0 || index >= series.length) return undefined;
  const chunk = series.chunks[Math.floor(index / CHUNK_LENGTH)] ?? series.tail;
  return chunk.at(index % CHUNK_LENGTH);
}

/** The newest item; undefined if there is none. */
export function lastItem<Item>(series: Series<Item>): Item | undefined {
  return itemAt(series, series.length - 1);
}

/** At most `count` newest items, oldest first; touches no chunk that it does not need. */
export function lastItems<Item>(series: Series<Item>, count: number): Item[] {
  const chunksNeeded = Math.ceil(Math.max(0, count - series.tail.length) / CHUNK_LENGTH);
  const from = Math.max(0, series.chunks.length - chunksNeeded);
  const candidates = [...series.chunks.slice(from).flatMap(itemsOf), ...series.tail];
  return candidates.slice(Math.max(0, candidates.length - count));
}

/** Every item, oldest first, as an array of its own. */
export function toArray<Item>(series: Series<Item>): Item[] {
  return [...series.chunks.flatMap(itemsOf), ...series.tail];
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
  const cut = series.chunks[full];
  const rest = cut === undefined ? series.tail : itemsOf(cut);
  const tail = rest.slice(0, length % CHUNK_LENGTH);
  return { length, chunks: series.chunks.slice(0, full), tail, packer: series.packer };
}

function itemsOf<Item>(chunk: Chunk<Item>): readonly Item[] {
  if (Array.isArray(chunk)) return chunk as readonly Item[];
  return Array.from({ length: CHUNK_LENGTH }, (_, index) => chunk.at(index) as Item);
}

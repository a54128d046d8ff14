/**
 * A growing column of numbers that knows the lowest and the highest value of any stretch in logarithmic time: what a chart of a
 * million points needs while it is panned and zoomed. Over the values stand levels of blocks, each block of FANOUT below it,
 * which remember *where* their extremes are; so what is drawn are real points, at their own place.
 *
 * Mutable: it is a cache of what the run's events say, and a panel has one of each.
 */
export class MinMaxColumn {
  private values = new Float64Array(INITIAL_CAPACITY);
  private levels: Level[] = [];
  private count = 0;
  /** Values from here on are in no block yet: a column that nobody looks at needs none. */
  private raised = 0;

  get length(): number {
    return this.count;
  }

  /** NaN outside. */
  at(index: number): number {
    return index < this.count ? (this.values[index] ?? NaN) : NaN;
  }

  /** NaN is a gap: it is kept, and is never an extreme. */
  append(added: ArrayLike<number>): void {
    const from = this.count;
    this.values = withRoom(this.values, from + added.length, (length) => new Float64Array(length));
    this.values.set(added, from);
    this.count = from + added.length;
  }

  clear(): void {
    this.count = 0;
    this.raised = 0;
    this.levels = [];
  }

  /** Where the lowest and the highest of the values from `from` to before `to` are; undefined where there is no number. */
  extremes(from: number, to: number): Extremes | undefined {
    if (this.raised < this.count) this.raise(this.raised);
    const end = Math.min(to, this.count);
    let low = NONE;
    let high = NONE;
    for (let at = Math.max(0, from); at < end;) {
      const { level, size } = this.largestBlock(at, end);
      low = this.lower(low, level?.lows[at / size] ?? this.numberAt(at));
      high = this.higher(high, level?.highs[at / size] ?? this.numberAt(at));
      at += size;
    }
    return low === NONE ? undefined : { low, high };
  }

  /** The largest block that begins at `at` and ends by `end`; the last block of a level may be short. */
  private largestBlock(at: number, end: number): { level: Level | undefined; size: number } {
    let found: Level | undefined;
    let size = 1;
    for (const level of this.levels) {
      const wider = size * FANOUT;
      if (at % wider !== 0 || Math.min(at + wider, this.count) > end) break;
      found = level;
      size = wider;
    }
    return { level: found, size };
  }

  /** Renews the blocks that hold values from `from` on. */
  private raise(from: number): void {
    this.raised = this.count;
    let below: Level | undefined;
    for (let index = 0, size = FANOUT; size / FANOUT < this.count; index++, size *= FANOUT) {
      const blocks = Math.ceil(this.count / size);
      const level = (this.levels[index] ??= { lows: new Uint32Array(0), highs: new Uint32Array(0) });
      level.lows = withRoom(level.lows, blocks, (length) => new Uint32Array(length));
      level.highs = withRoom(level.highs, blocks, (length) => new Uint32Array(length));
      for (let block = Math.floor(from / size); block < blocks; block++) this.fill(level, block, below, size);
      below = level;
    }
  }

  private fill(level: Level, block: number, below: Level | undefined, size: number): void {
    const items = Math.ceil(this.count / (size / FANOUT));
    let low = NONE;
    let high = NONE;
    for (let item = block * FANOUT; item < Math.min((block + 1) * FANOUT, items); item++) {
      low = this.lower(low, below?.lows[item] ?? this.numberAt(item));
      high = this.higher(high, below?.highs[item] ?? this.numberAt(item));
    }
    level.lows[block] = low;
    level.highs[block] = high;
  }

  private numberAt(index: number): number {
    return Number.isNaN(this.values[index]) ? NONE : index;
  }

  private lower(a: number, b: number): number {
    if (a === NONE || b === NONE) return a === NONE ? b : a;
    return (this.values[b] ?? NaN) < (this.values[a] ?? NaN) ? b : a;
  }

  private higher(a: number, b: number): number {
    if (a === NONE || b === NONE) return a === NONE ? b : a;
    return (this.values[b] ?? NaN) > (this.values[a] ?? NaN) ? b : a;
  }
}

/** Indices into the column. */
export interface Extremes {
  readonly low: number;
  readonly high: number;
}

/** Blocks of one size; indices of values, NONE where a block has no number. */
interface Level {
  lows: Uint32Array<ArrayBuffer>;
  highs: Uint32Array<ArrayBuffer>;
}

const FANOUT = 16;
const NONE = 0xffffffff;
const INITIAL_CAPACITY = 1_024;

type Numbers = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** The array itself, or one twice as long with its content. */
function withRoom<List extends Numbers>(list: List, length: number, create: (length: number) => List): List {
  if (length <= list.length) return list;
  const longer = create(Math.max(length, 2 * list.length));
  longer.set(list);
  return longer;
}

/** Every n-th of a stream of items, n as small as the caps allow. */
export interface Sample<Item> {
  /** @param make asked only for an item that is taken. @param bytes what it weighs */
  readonly offer: (bytes: number, make: () => Item) => void;
  /** In the order they came. */
  readonly items: () => readonly Item[];
  /** How many were offered. */
  readonly offered: () => number;
}

/**
 * An even sample of what nobody knows the length of: all of it at first, and whenever that is too much, every second item goes and
 * only half as many are taken from there on. Between half of the caps and the caps, and everything where that is within the caps.
 */
export function createSample<Item>(maxItems: number, maxBytes: number): Sample<Item> {
  let taken: { readonly index: number; readonly bytes: number; readonly item: Item }[] = [];
  let [stride, offered, weight] = [1, 0, 0];
  const thin = (): void => {
    stride *= 2;
    taken = taken.filter(({ index }) => index % stride === 0);
    weight = taken.reduce((sum, { bytes }) => sum + bytes, 0);
  };
  return {
    offer: (bytes, make) => {
      const index = offered++;
      if (index % stride !== 0) return;
      taken.push({ index, bytes, item: make() });
      weight += bytes;
      while (taken.length > 1 && (taken.length > maxItems || weight > maxBytes)) thin();
    },
    items: () => taken.map(({ item }) => item),
    offered: () => offered,
  };
}

/** Counts what is found and remembers the first of it, to be named. */
export interface Count<Found> {
  readonly add: (found: Found) => void;
  readonly count: () => number;
  /** `{ name: the first }`, or nothing where nothing was found. */
  readonly firstAs: <Name extends string>(name: Name) => { readonly [Key in Name]?: Found };
}

export function createCount<Found>(): Count<Found> {
  let count = 0;
  let first: Found | undefined;
  return {
    add: (found) => {
      count += 1;
      first ??= found;
    },
    count: () => count,
    firstAs: <Name extends string>(name: Name) =>
      (first === undefined ? {} : { [name]: first }) as { readonly [Key in Name]?: Found },
  };
}

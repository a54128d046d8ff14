/**
 * The few names of WebAssembly used here. TypeScript declares them only together with the whole DOM, which this room must not
 * be able to name.
 */
declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- that is what the platform calls it
  namespace WebAssembly {
    class Memory {
      readonly buffer: ArrayBuffer;
    }
    class Module {
      // Never called: it makes the class more than its constructor.
      private readonly compiled: unknown;
      constructor(bytes: Uint8Array);
    }
    class Instance {
      readonly exports: Readonly<Record<string, unknown>>;
      constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    }
    type Instantiated = { readonly instance: Instance; readonly module: Module };
    let instantiate: (
      source: Uint8Array | Module,
      imports?: Record<string, Record<string, unknown>>,
    ) => Promise<Instantiated | Instance>;
  }
}

export {};

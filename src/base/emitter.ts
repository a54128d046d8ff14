/** Something that is given back once. */
export interface Disposable {
  dispose(): void;
}

/** A listener list. Listeners are called in order of registration; one that throws does not silence the rest. */
export class Emitter<Payload> implements Disposable {
  private readonly listeners = new Set<(payload: Payload) => void>();

  /** Registers until the returned object is disposed. */
  readonly on = (listener: (payload: Payload) => void): Disposable => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };

  /** How many listen: what is forgotten to be given back shows here. */
  get listenerCount(): number {
    return this.listeners.size;
  }

  fire(payload: Payload): void {
    const errors: unknown[] = [];
    for (const listener of [...this.listeners]) {
      try {
        listener(payload);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'listeners failed');
  }

  dispose(): void {
    this.listeners.clear();
  }
}

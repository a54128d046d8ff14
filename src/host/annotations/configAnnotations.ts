import type { Prepared } from '../../annotator/messages.ts';
import type { Disposable } from '../../base/emitter.ts';
import type { ConfigSource } from '../configDocument.ts';

/** What a config's editor shows beside its text. */
export interface ConfigAnnotations extends Disposable {
  /** What a run of this config would be; waits a little for what is not known yet. Rejects where the thread cannot be asked. */
  readonly prepare: (source: Pick<ConfigSource, 'path' | 'text'>) => Promise<Prepared>;
  readonly restart: () => void;
  /** Something on the machine is different now, such as which engines there are. */
  readonly changed: () => void;
}

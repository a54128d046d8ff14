import { resolvePath, type Surroundings } from './files.ts';

/** Where a model is that a config names: by its folder, or by its id on the Hugging Face hub. */
export type ModelPlace =
  /** `path` is absolute: the folder itself, or that of a hub model in the local cache. */
  | { readonly kind: 'folder' | 'file' | 'missing' | 'unknown'; readonly path: string }
  /** Not on this machine. */
  | { readonly kind: 'hub'; readonly id: string };

/** A folder beside the config wins over a hub model of the same name, as for transformers. */
export function modelPlace(written: string, { files, folder, hub }: Surroundings): ModelPlace {
  const path = resolvePath(folder, written);
  const kind = files.kind(path);
  if (kind !== 'missing') return { kind, path };
  const cached = hub.find(written);
  if (cached !== undefined) return { kind: 'folder', path: cached };
  if (!isHubId(written)) return { kind, path };
  return hub.isHidden === true ? { kind: 'unknown', path } : { kind: 'hub', id: written };
}

/** organisation/name, the form of most ids on the Hugging Face hub, which allows 96 characters. */
function isHubId(text: string): boolean {
  return text.length <= 96 && /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/.test(text);
}

import { statfs } from 'node:fs/promises';
import { nearestExisting } from '../access.ts';
import { timeSlot } from '../machine/timeSlot.ts';
import type { Kind } from './kind.ts';

const SECONDS = 20;

/** The disk that a folder is on, or will be. */
export const disk: Kind<'disk'> = {
  identify: ({ folder }) => `${nearestExisting(folder) ?? ''} ${timeSlot(SECONDS)}`,
  find: async ({ folder }) => {
    const place = nearestExisting(folder);
    if (place === undefined) return undefined;
    const { bavail, bsize } = await statfs(place);
    return { free_bytes: bavail * bsize };
  },
};

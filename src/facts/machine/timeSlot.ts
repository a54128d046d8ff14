/** Stays the same for so long: what has no file to look at is looked at anew by the clock. */
export function timeSlot(seconds: number): number {
  return Math.floor(Date.now() / (1_000 * seconds));
}

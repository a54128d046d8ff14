import { duration, grouped } from '../../src/base/format.ts';
import type { XAxis } from '../runSeries.ts';

/** A place on the axis, as short as a tick is. */
export function tickText(axis: XAxis, value: number): string {
  switch (axis) {
    case 'step':
      return Number.isInteger(value) ? grouped(value) : '';
    case 'epoch':
      return String(Number(value.toFixed(2)));
    case 'time':
      return duration(value);
  }
}

/** A place on the axis, in words. */
export function placeText(axis: XAxis, value: number): string {
  switch (axis) {
    case 'step':
      return `step ${grouped(Math.round(value))}`;
    case 'epoch':
      return `epoch ${value.toFixed(2)}`;
    case 'time':
      return `after ${duration(value)}`;
  }
}

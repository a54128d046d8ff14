import { describe, expect, it } from 'vitest';
import { equalAcquisition, type AcquisitionPoint, type EqualAcquisition } from '../../src/runs/crossing.ts';

/** Points of (epoch, new EM); 100 steps an epoch, held EM and forgetting linear in the epoch. */
const curve = (...points: [epoch: number, newEm: number | undefined][]): AcquisitionPoint[] =>
  points.map(([epoch, newEm]) => ({
    step: 100 * epoch,
    epoch,
    newEm,
    heldEm: 1 - epoch / 10,
    forgetting: epoch / 10,
  }));

/** Where it lies between the two evaluations follows from the rest. */
type Told = EqualAcquisition extends infer Kind
  ? Kind extends unknown
    ? Omit<Kind, 'between'>
    : never
  : never;

const check = (name: string, points: AcquisitionPoint[], expected: Told, threshold?: number): void =>
  it(name, () => {
    const close = (value: unknown): unknown => (typeof value === 'number' ? expect.closeTo(value, 9) : value);
    const entries = Object.entries(expected).map(([key, value]) => [key, close(value)]);
    expect(equalAcquisition(points, threshold)).toMatchObject(Object.fromEntries(entries));
  });
const reachedAt = (epoch: number): Told => ({
  kind: 'reached',
  step: 100 * epoch,
  epoch,
  heldEm: 1 - epoch / 10,
  forgetting: epoch / 10,
});

describe('equal acquisition', () => {
  it('names the two evaluations around it, also where others measured nothing', () => {
    const points = curve([0, 0], [4, undefined], [4.5, 0.8], [5, 1]);
    expect(equalAcquisition(points)).toMatchObject({
      between: { below: 2, above: 3, share: expect.closeTo(0.5, 9) as number },
    });
  });

  check('lies between two evaluations', curve([0, 0], [4.5, 0.8], [5, 1]), reachedAt(4.75));
  check('lies on an evaluation', curve([4.5, 0.5], [5, 0.9]), reachedAt(5));
  check('is the first of several crossings', curve([1, 0.8], [1.5, 1], [2, 0.5], [2.5, 1]), reachedAt(1.25));
  check('takes another threshold', curve([1, 0.4], [1.5, 0.6]), reachedAt(1.25), 0.5);
  check(
    'skips evaluations without new facts',
    curve([0, undefined], [1, 0.8], [1.25, undefined], [1.5, 1]),
    reachedAt(1.25),
  );
  check('may be there at the start', curve([0, 0.95], [0.5, 1]), reachedAt(0));
  check('forgives rounding of half an epoch', curve([0.1, 0.8], [0.1 + 0.2 + 0.3, 1]), reachedAt(0.35));
  check('is not reached', curve([0, 0], [1, 0.7], [2, 0.5]), { kind: 'not reached', best: 0.7 });
  check('is not reached by 0.8999', curve([0, 0.8999]), { kind: 'not reached', best: 0.8999 });
  check('is not reached without new facts', curve([0, undefined]), { kind: 'not reached', best: undefined });
  check('is not reached without evaluations', [], { kind: 'not reached', best: undefined });
  check('is too coarse', curve([4, 0.5], [5, 1]), { kind: 'too coarse', gapEpochs: 1 });
  check('is too coarse when the first look comes late', curve([3, 0.95]), {
    kind: 'too coarse',
    gapEpochs: 3,
  });

  it('says nothing of held facts where an end was not measured', () => {
    const [below, above] = curve([1, 0.8], [1.5, 1]);
    const points = [
      { ...below, heldEm: undefined },
      { ...above, forgetting: undefined },
    ] as AcquisitionPoint[];
    expect(equalAcquisition(points)).toMatchObject({
      kind: 'reached',
      heldEm: undefined,
      forgetting: undefined,
    });
  });

  it('takes two evaluations of one step, of which the second is above', () => {
    expect(equalAcquisition(curve([1, 0.8], [1, 1]))).toMatchObject({ kind: 'reached', epoch: 1, step: 100 });
  });
});

export type Point = readonly [x: number, y: number];

/**
 * At most about `most` points that look like all of them: of every stretch, the lowest and the highest in their order.
 * Non-finite points are left out: a curve shows them as gaps.
 */
export function thin(points: readonly Point[], most: number): Point[] {
  const finite = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  if (finite.length <= most) return finite;
  const size = Math.ceil(finite.length / (most / 2));
  const stretches = Array.from({ length: Math.ceil(finite.length / size) }, (_, index) =>
    finite.slice(index * size, (index + 1) * size),
  );
  return stretches.flatMap((stretch) => {
    const lowest = stretch.reduce((least, point) => (point[1] < least[1] ? point : least));
    const highest = stretch.reduce((most, point) => (point[1] > most[1] ? point : most));
    return lowest === highest ? [lowest] : lowest[0] < highest[0] ? [lowest, highest] : [highest, lowest];
  });
}

/** An exponential moving average, the past's weight `keep`, without the bias towards its start. */
export function smooth(points: readonly Point[], keep: number): Point[] {
  let [sum, weight] = [0, 0];
  return points
    .filter(([, y]) => Number.isFinite(y))
    .map(([x, y]): Point => {
      sum = keep * sum + (1 - keep) * y;
      weight = keep * weight + (1 - keep);
      return [x, sum / weight];
    });
}

/**
 * The two-sided exact McNemar test: the probability, were both runs equally good, of a split at least as uneven as `b` facts
 * that only the first got right against `c` that only the second did. 1 if they never disagree.
 * McNemar, Psychometrika 12 (1947), in its exact binomial form: min(1, 2 P(X <= min(b, c))), X ~ Binomial(b + c, 1/2).
 */
export function mcnemarExact(b: number, c: number): number {
  const n = b + c;
  const smaller = Math.min(b, c);
  // The largest term first, through logarithms so that n may be large; every next one is a ratio smaller.
  let term = Math.exp(logChoose(n, smaller) - n * Math.LN2);
  let tail = 0;
  for (let k = smaller; k >= 0 && term > tail * Number.EPSILON; k--) {
    tail += term;
    term *= k / (n - k + 1);
  }
  return Math.min(1, 2 * tail);
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** ln n!: a sum while that is exact and cheap, Stirling's series (Abramowitz and Stegun 6.1.41) beyond. */
function logFactorial(n: number): number {
  if (n < 32) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return Math.log(product);
  }
  const x = n + 1;
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1_260 * x ** 5);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}

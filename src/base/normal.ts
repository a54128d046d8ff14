/**
 * The standard normal quantile: the z with P(Z <= z) = p, for p strictly between 0 and 1; relative error about 1e-7.
 * Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988), PPND7.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(r, CENTRE_NUMERATOR)) / polynomial(r, CENTRE_DENOMINATOR);
  }
  const r = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  const z =
    r <= 5
      ? polynomial(r - 1.6, TAIL_NUMERATOR) / polynomial(r - 1.6, TAIL_DENOMINATOR)
      : polynomial(r - 5, FAR_NUMERATOR) / polynomial(r - 5, FAR_DENOMINATOR);
  return Math.sign(q) * z;
}

// Coefficients by rising power, as published.
const CENTRE_NUMERATOR = [3.3871327179, 50.434271938, 159.29113202, 59.10937472];
const CENTRE_DENOMINATOR = [1, 17.895169469, 78.757757664, 67.1875636];
const TAIL_NUMERATOR = [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103];
const TAIL_DENOMINATOR = [1, 0.7370016425, 0.12021132975];
const FAR_NUMERATOR = [6.657905115, 3.081226386, 0.42868294337, 0.017337203997];
const FAR_DENOMINATOR = [1, 0.24197894225, 0.012258202635];

function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

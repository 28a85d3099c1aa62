// A few numbers about many.

/** @param {number[]} values @param {number} share 0 to 1 @returns {number} between the two nearest values */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place % 1);
}

/** @param {number[]} values */
export const median = (values) => quantile(values, 0.5);

/** `spread` is the interquartile range. @param {number[]} values in milliseconds */
export function summary(values) {
  return {
    median_ms: median(values),
    min_ms: Math.min(...values),
    spread: quantile(values, 0.75) - quantile(values, 0.25),
  };
}

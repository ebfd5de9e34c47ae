/** Amounts of storage for people. */

const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** Three digits at most, in steps of a thousand: `1.2 GB`, `340 kB`, `12 bytes`. */
export function bytesInWords(bytes: number): string {
  let amount = bytes;
  let step = 0;
  while (amount >= 999.5 && step < UNITS.length - 1) {
    amount /= 1000;
    step += 1;
  }
  const digits = step > 0 && amount < 9.95 ? amount.toFixed(1) : amount.toFixed(0);
  return `${digits} ${UNITS[step]}`;
}

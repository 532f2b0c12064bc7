// Numbers as people read them: counts, rates, bytes and times, each with its unit.

const MEBIBYTE = 1024 * 1024;

export function count(value) {
  if (value < 10_000) return Math.round(value).toLocaleString('en');
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

export function megabytes(bytes) {
  const value = bytes / MEBIBYTE;
  return `${value < 100 ? Math.ceil(value * 10) / 10 : Math.round(value)} MB`;
}

export function bytes(value) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let power = 0;
  let scaled = value;
  // What would be written as 1024 is one of the next unit.
  while (scaled >= 1023.5 && power < units.length - 1) {
    scaled /= 1024;
    power += 1;
  }
  return `${power === 0 || scaled >= 99.95 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power]}`;
}

export function milliseconds(value) {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}

export function percent(fraction) {
  return `${Math.round(fraction * 100)}%`;
}

export function duration(ms) {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.floor(ms / 1000)} s`;
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 60 / 24)} days`;
}

/** A time within a video. */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const two = value => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

export function nanoseconds(value) {
  const units = ['ns', 'µs', 'ms', 's'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${Number((value / 1000 ** power).toPrecision(value < 1000 ? 3 : 2))} ${units[power]}`;
}

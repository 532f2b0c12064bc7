// SHA-256 (FIPS 180-4). Here because the browser's own gives its digest later, and only to pages that came over https.

const ROUND_CONSTANTS = new Uint32Array(64);
const INITIAL = new Uint32Array(8);

// "The first thirty-two bits of the fractional parts of the cube roots of the first sixty-four prime numbers", and of the square roots of the first eight.
for (let number = 2, count = 0; count < 64; number++) {
  if (isPrime(number)) {
    if (count < 8) INITIAL[count] = fraction(number ** (1 / 2));
    ROUND_CONSTANTS[count++] = fraction(number ** (1 / 3));
  }
}

function isPrime(number) {
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) return false;
  }
  return true;
}

function fraction(root) {
  return ((root - Math.floor(root)) * 2 ** 32) >>> 0;
}

/** The first eight bytes of the digest of some bytes, as a big-endian integer. */
export function sha256First64(bytes) {
  const state = INITIAL.slice();
  const padded = new Uint8Array(((bytes.length + 8) >> 6 << 6) + 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const words = new Uint32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    schedule(words, view, at);
    compress(state, words);
  }
  return (BigInt(state[0]) << 32n) | BigInt(state[1]);
}

function schedule(words, view, at) {
  for (let i = 0; i < 16; i++) words[i] = view.getUint32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const [a, b] = [words[i - 15], words[i - 2]];
    words[i] = words[i - 16] + (turned(a, 7) ^ turned(a, 18) ^ (a >>> 3)) + words[i - 7] + (turned(b, 17) ^ turned(b, 19) ^ (b >>> 10));
  }
}

function compress(state, words) {
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[i] + words[i]) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((each, i) => (state[i] += each));
}

function turned(word, count) {
  return (word >>> count) | (word << (32 - count));
}

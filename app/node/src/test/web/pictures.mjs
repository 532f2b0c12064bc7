// Pictures for the suites, painted and packed as PNG here: scenes of plain shapes, noise, and files that are broken.

import { crc32, deflateSync } from 'node:zlib';

/** A PNG of `width` by `height`; `paint(x, y)` gives `[red, green, blue]`. `level` 0 leaves it uncompressed. */
export function png(width, height, paint, level = 6) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  let at = 0;
  for (let y = 0; y < height; y++) {
    rows[at++] = 0;
    for (let x = 0; x < width; x++) for (const value of paint(x, y)) rows[at++] = value;
  }
  return pack(width, height, [8, 2, 0, 0, 0], rows, level);
}

function pack(width, height, kind, rows, level) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(kind, 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A scene of discs and boxes `{ at: [x, y], size, colour, box }` in a 4:3 picture whose coordinates go from 0 to 1. */
export function scene(ground, shapes, width = 640, height = 480) {
  return png(width, height, (x, y) => {
    let colour = ground;
    for (const shape of shapes) colour = mix(colour, shape.colour, cover(shape, x / width, (y / height) * 0.75, width));
    return colour;
  });
}

/** A PNG of a few kilobytes that announces and holds `width` by `height` pixels of one bit. */
export function blank(width, height) {
  return pack(width, height, [1, 0, 0, 0, 0], Buffer.alloc(height * (1 + Math.ceil(width / 8))), 9);
}

/** Seeded noise that no compressor makes smaller: `edge` squared pixels of three bytes. */
export function noise(edge, seed = 1) {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  return png(edge, edge, () => [next(), next(), next()], 0);
}

// How much of the pixel the shape covers, from its signed distance: a soft edge one pixel wide.
function cover({ at: [cx, cy], size, box }, x, y, width) {
  const dx = Math.abs(x - cx);
  const dy = Math.abs(y - cy);
  const distance = box ? Math.max(dx - size * box, dy - size) : Math.hypot(dx, dy) - size;
  return Math.min(1, Math.max(0, 0.5 - distance * width));
}

function mix(under, over, share) {
  return under.map((value, i) => Math.round(value + (over[i] - value) * share));
}

function chunk(type, body) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const framed = Buffer.alloc(body.length + 12);
  framed.writeUInt32BE(body.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), body.length + 8);
  return framed;
}

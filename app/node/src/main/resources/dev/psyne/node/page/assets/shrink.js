// A file becomes a picture the node can read: checked, and drawn smaller where it is large.

import { megabytes } from './figures.js';

export const MOST_BYTES = 20 * 1024 * 1024;
const SENT_AS_IS_BYTES = 4 * 1024 * 1024;
const LONGEST_EDGE_PIXELS = 1024;
const JPEG_QUALITY = 0.92;

/** Why a file cannot be asked about; the message is one sentence for the reader. */
export class PictureError extends Error {
  name = 'PictureError';
}

/** Reads a file into `{ name, width, height, bitmap, bytes, file }`; a larger one is drawn smaller. The caller closes the bitmap. */
export async function readPicture(file, name, sentAsIsBytes = SENT_AS_IS_BYTES) {
  if (file.size > MOST_BYTES) {
    throw new PictureError(`“${name}” has ${megabytes(file.size)}; an image may have at most ${megabytes(MOST_BYTES)}.`);
  }
  const format = formatOf(new Uint8Array(await file.slice(0, 12).arrayBuffer()));
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new PictureError(
      format
        ? `“${name}” cannot be read as ${format}: it may be damaged or incomplete.`
        : `“${name}” is not an image. Use a PNG, JPEG or WebP file.`,
    );
  });
  const sent = format && file.size <= sentAsIsBytes ? file : await redraw(bitmap);
  const bytes = new Uint8Array(await sent.arrayBuffer());
  return { name, width: bitmap.width, height: bitmap.height, bitmap, bytes, file };
}

/** The format the node reads that these first twelve bytes announce, or null. */
function formatOf(head) {
  const text = String.fromCharCode(...head);
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'PNG';
  if (text.startsWith('\xff\xd8\xff')) return 'JPEG';
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return 'WebP';
  return null;
}

// JPEG has no transparency, so the picture is laid on white as paper would show it.
async function redraw(bitmap) {
  const scale = Math.min(1, LONGEST_EDGE_PIXELS / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: JPEG_QUALITY });
}

/** Reads from a picture's first bytes whether Telegram shows it as a photo. */

/** The Bot API's limits for photos. */
const MOST_PHOTO_BYTES = 10 * 1024 * 1024;
const MOST_SIDES = 10_000;
const MOST_RATIO = 20;

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** What is none goes as a file, which people can open as well. */
export function isPhoto(bytes: Uint8Array): boolean {
  const size = pictureSize(bytes);
  if (size === undefined || bytes.length > MOST_PHOTO_BYTES) return false;
  const { width, height } = size;
  const ratio = Math.max(width, height) / Math.max(1, Math.min(width, height));
  return Math.min(width, height) > 0 && width + height <= MOST_SIDES && ratio <= MOST_RATIO;
}

/** @returns undefined for what is neither PNG, JPEG nor WebP, or is broken */
export function pictureSize(bytes: Uint8Array): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (startsWith(bytes, "\x89PNG\r\n\x1a\n")) {
      return { width: view.getUint32(16), height: view.getUint32(20) };
    }
    if (startsWith(bytes, "\xff\xd8")) return jpegSize(view);
    return startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8) ? webpSize(view) : undefined;
  } catch (error) {
    // It ends before its size.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  return [...text].every((character, index) => bytes[at + index] === character.charCodeAt(0));
}

function jpegSize(view: DataView): PictureSize | undefined {
  for (let at = 2; view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    // Start of frame, of every kind of compression; three of its numbers mean something else.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function webpSize(view: DataView): PictureSize | undefined {
  switch (view.getUint8(15)) {
    case 0x20: // "VP8 "
      return {
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    case 0x4c: { // "VP8L"
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    case 0x58: // "VP8X"
      return {
        width: (view.getUint32(24, true) & 0xffffff) + 1,
        height: (view.getUint32(26, true) >> 8) + 1,
      };
    default:
      return undefined;
  }
}

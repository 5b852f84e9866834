/** Finds tickets in what a camera sees and in pictures: Aztec codes, read by ZXing-C++ compiled to WebAssembly. */

import { prepareZXingModule, purgeZXingModule, readBarcodes } from "./vendor/zxing-wasm/reader/index.js";

const AZTEC = { formats: ["Aztec"], tryHarder: true, tryInvert: true };
const OURS = { locateFile: (name) => new URL(`vendor/zxing-wasm/reader/${name}`, import.meta.url).href };

/** Eight looks a second leave a phone time for its page. */
const BETWEEN_LOOKS_MS = 125;

/** A code that was out of sight this long is told again: the passenger comes back. */
const GONE_AFTER_MS = 3_000;

/** Longest side, in pixels, of what is looked at: a video's frame, and a picture at first and at last. */
const FRAME = 1_280;
const PICTURE = [1_600, 4_000];

const WHY_NO_CAMERA = {
  NotAllowedError: "not-allowed",
  NotFoundError: "no-camera",
  OverconstrainedError: "no-camera",
  NotReadableError: "camera-in-use",
};

/**
 * Why nothing can be read: `code` is "not-loaded" (the reader is not on this device, and there is no network),
 * "not-secure" (the page came neither by https nor from this machine), "not-allowed", "no-camera", "camera-in-use",
 * "camera-gone" (it was taken away meanwhile) or "no-picture" (the file is none that this browser shows).
 */
export class ReaderError extends Error {
  constructor(code, cause) {
    super(code, { cause });
    this.code = code;
  }
}

let loading = null;

/** Loads the reader, once; whoever reads waits for it. Throws `ReaderError`. */
export async function load() {
  loading ??= prepareZXingModule({ overrides: OURS, fireImmediately: true });
  try {
    await loading;
  } catch (error) {
    loading = null; // so that the next one tries again
    purgeZXingModule();
    throw new ReaderError("not-loaded", error);
  }
}

/** The bytes of every code in a picture (a File or Blob), each once; an empty list if there is none. */
export async function readPicture(file) {
  await load();
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch (error) {
    throw new ReaderError("no-picture", error);
  }
  try {
    for (const most of PICTURE) {
      const found = await codes(pixels(document.createElement("canvas"), picture, picture, most));
      if (found.length || Math.max(picture.width, picture.height) <= most) return found;
    }
    return [];
  } finally {
    picture.close();
  }
}

/**
 * Shows the camera in a <video> and calls `found(bytes)` for each code that comes into sight; `failed(ReaderError)`
 * if the camera is taken away. The answer's `stop()` ends it and puts the camera's light out. Throws `ReaderError`.
 */
export async function startCamera(video, found, failed) {
  if (!navigator.mediaDevices) throw new ReaderError("not-secure");
  await load();
  const stream = await opened();
  const camera = new Camera(video, stream, found);
  for (const track of stream.getVideoTracks()) {
    track.addEventListener("ended", () => {
      camera.stop();
      failed(new ReaderError("camera-gone"));
    });
  }
  try {
    await camera.start();
  } catch (error) {
    camera.stop();
    throw new ReaderError("camera-in-use", error);
  }
  return camera;
}

async function opened() {
  const behind = { facingMode: { ideal: "environment" }, width: { ideal: FRAME }, height: { ideal: 720 } };
  try {
    return await navigator.mediaDevices.getUserMedia({ video: behind, audio: false });
  } catch (error) {
    throw new ReaderError(WHY_NO_CAMERA[error.name] ?? "camera-in-use", error);
  }
}

class Camera {
  #video;
  #stream;
  #found;
  #canvas = document.createElement("canvas");
  #seen = new Uint8Array();
  #seenAt = -Infinity;

  constructor(video, stream, found) {
    this.#video = video;
    this.#stream = stream;
    this.#found = found;
  }

  async start() {
    this.#video.muted = true;
    this.#video.playsInline = true; // or iOS fills the screen with it
    this.#video.srcObject = this.#stream;
    await this.#video.play();
    this.#watch();
  }

  stop() {
    for (const track of this.#stream.getTracks()) track.stop();
    if (this.#video.srcObject === this.#stream) this.#video.srcObject = null;
  }

  get #running() {
    return this.#video.srcObject === this.#stream;
  }

  async #watch() {
    while (this.#running) {
      const size = { width: this.#video.videoWidth, height: this.#video.videoHeight };
      const [code] = size.width ? await codes(pixels(this.#canvas, this.#video, size, FRAME)) : [];
      if (code && this.#running) this.#tell(code);
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
    }
  }

  /** A code is told when it comes into sight, not as long as it is held there. */
  #tell(code) {
    const now = performance.now();
    const isNew = !isSame(code, this.#seen) || now - this.#seenAt > GONE_AFTER_MS;
    this.#seen = code;
    this.#seenAt = now;
    if (isNew) this.#found(code);
  }
}

async function codes(pixels) {
  const found = (await readBarcodes(pixels, AZTEC)).filter((one) => one.isValid).map((one) => one.bytes);
  return found.filter((one, place) => found.findIndex((other) => isSame(one, other)) === place);
}

/** What is shown, on white, no larger than `most` pixels along its longer side. */
function pixels(canvas, shown, { width, height }, most) {
  const scale = Math.min(1, most / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff"; // a picture may be see-through where it is white
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(shown, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function isSame(one, other) {
  return one.length === other.length && one.every((octet, place) => octet === other[place]);
}

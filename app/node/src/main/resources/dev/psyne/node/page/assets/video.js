// A video that the visitor's browser plays, or the camera: opened, drawn frame by frame, closed.

export const JPEG_QUALITY = 0.85;
const CAMERA_WIDTH_PIXELS = 640;

const CAMERA_PROBLEMS = {
  NotAllowedError: 'The camera was not allowed. Allow it for this page beside its address, and try again.',
  NotFoundError: 'This device has no camera.',
  NotReadableError: 'The camera cannot be used now: another program may have it.',
};
const NO_CAMERA_HERE = 'A browser gives the camera only to pages it has by https, or from this machine.';

/** Why a video or the camera cannot be opened; the message is one sentence for the reader. */
export class VideoError extends Error {
  name = 'VideoError';
}

/** Events: `open`, `close`, `problem` (of what was open), `playing`, `pause`, `ended`, `seeking`. */
export class Video extends EventTarget {
  name = '';
  isOpen = false;
  isCamera = false;
  /** What went wrong with the one that was open. */
  problem = '';
  #element;
  #address = '';
  #stream = null;
  #openedAt = 0;
  #latest = 0;

  constructor(element) {
    super();
    this.#element = element;
    for (const type of ['playing', 'pause', 'ended', 'seeking']) {
      element.addEventListener(type, () => this.isOpen && this.dispatchEvent(new Event(type)));
    }
    element.addEventListener('error', () => this.#fail(`“${this.name}” is damaged from here on, or of a kind this browser cannot play.`));
  }

  get width() {
    return this.#element.videoWidth;
  }

  get height() {
    return this.#element.videoHeight;
  }

  get isPlaying() {
    return this.isOpen && !this.#element.paused && !this.#element.ended;
  }

  /** Seconds from the beginning. */
  get time() {
    return this.isCamera ? (performance.now() - this.#openedAt) / 1000 : this.#element.currentTime;
  }

  /** Opens a file, which stands still at its first frame. */
  async openFile(file) {
    const turn = ++this.#latest;
    const address = URL.createObjectURL(file);
    try {
      await probe(address, file.name || 'the video');
    } catch (problem) {
      URL.revokeObjectURL(address);
      throw problem;
    }
    if (turn !== this.#latest) {
      URL.revokeObjectURL(address);
      return;
    }
    this.#close();
    this.#address = address;
    this.#element.src = address;
    await this.#opened(turn, file.name || 'video', false);
  }

  /** Asks for the camera, the one that looks away from the visitor where there are two. */
  async openCamera() {
    const turn = ++this.#latest;
    const stream = await askForCamera();
    if (turn !== this.#latest) {
      stop(stream);
      return;
    }
    this.#close();
    this.#stream = stream;
    stream.getVideoTracks()[0].addEventListener('ended', () => this.#fail('The camera stopped. Open it again to go on.'));
    this.#element.srcObject = stream;
    this.#openedAt = performance.now();
    this.play();
    await this.#opened(turn, 'Camera', true);
  }

  /** Plays it, if the browser lets it. */
  play() {
    this.#element.play().catch(() => {});
  }

  seek(seconds) {
    this.#element.currentTime = seconds;
  }

  /** Lets the file or the camera go. */
  close() {
    this.#latest += 1;
    this.#close();
  }

  /**
   * The frame that is shown, drawn with `longestEdge` pixels or fewer: `{ time, width, height, canvas, bytes }`, its bytes
   * a JPEG. Null where none is there yet.
   */
  async frame(longestEdge) {
    if (!this.isOpen || this.#element.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    const { time, width, height } = this;
    const scale = Math.min(1, longestEdge / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.#element, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise(resolve => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
    return { time, width: canvas.width, height: canvas.height, canvas, bytes: new Uint8Array(await blob.arrayBuffer()) };
  }

  async #opened(turn, name, isCamera) {
    this.name = name;
    this.problem = '';
    this.isCamera = isCamera;
    this.#element.controls = !isCamera;
    this.#element.ariaLabel = name;
    const { type } = await once(this.#element, 'loadedmetadata', 'error');
    if (turn !== this.#latest) return;
    if (type === 'error') {
      this.close();
      throw new VideoError(cannotPlay(name));
    }
    this.isOpen = true;
    this.dispatchEvent(new Event('open'));
  }

  #close() {
    if (this.#stream) stop(this.#stream);
    URL.revokeObjectURL(this.#address);
    const wasOpen = this.isOpen;
    this.isOpen = false;
    this.#stream = null;
    this.#address = '';
    this.#element.srcObject = null;
    this.#element.removeAttribute('src');
    this.#element.load();
    if (wasOpen) this.dispatchEvent(new Event('close'));
  }

  #fail(sentence) {
    if (!this.isOpen) return;
    this.problem = sentence;
    this.dispatchEvent(new Event('problem'));
    this.close();
  }
}

/** Plays a file's beginning apart, so that one that cannot be played leaves what is shown. */
async function probe(address, name) {
  const element = document.createElement('video');
  element.muted = true;
  element.preload = 'metadata';
  element.src = address;
  const event = await once(element, 'loadedmetadata', 'error');
  const { videoWidth } = element;
  element.removeAttribute('src');
  element.load();
  if (event.type === 'error') throw new VideoError(cannotPlay(name));
  if (videoWidth === 0) throw new VideoError(`“${name}” has sound alone, no pictures that this browser can show.`);
}

function cannotPlay(name) {
  return `“${name}” cannot be played by this browser: it is damaged, or of a kind it does not know.`;
}

async function askForCamera() {
  if (!navigator.mediaDevices?.getUserMedia) throw new VideoError(NO_CAMERA_HERE);
  const video = { facingMode: 'environment', width: { ideal: CAMERA_WIDTH_PIXELS } };
  try {
    return await navigator.mediaDevices.getUserMedia({ video });
  } catch ({ name, message }) {
    throw new VideoError(CAMERA_PROBLEMS[name] ?? `The camera cannot be used: ${message}.`);
  }
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** The first of these events. */
function once(element, ...types) {
  return new Promise(resolve => {
    for (const type of types) element.addEventListener(type, resolve, { once: true });
  });
}

// When a frame of a video is asked about: at most once a second while it plays, and never while an answer is on its way.

export const BETWEEN_FRAMES_MS = 1000;

export class Sampler {
  /** Frames that were let go because the answer about an earlier one was still on its way. */
  dropped = 0;
  #video;
  #ask;
  #tell;
  #isAsking = false;
  #nextAt = 0;
  #timer = 0;
  #listening = new AbortController();

  /**
   * `ask()` asks about the frame that is shown, and resolves when no answer is on its way any more; `tell()` is called for
   * each frame that is dropped.
   */
  constructor(video, ask, tell) {
    this.#video = video;
    this.#ask = ask;
    this.#tell = tell;
  }

  /** Asks about the frame that is shown, and about others while the video plays. */
  begin() {
    const { signal } = this.#listening;
    this.#video.addEventListener('playing', () => this.#wait(), { signal });
    for (const type of ['pause', 'ended']) this.#video.addEventListener(type, () => clearTimeout(this.#timer), { signal });
    this.#sample();
    if (this.#video.isPlaying) this.#wait();
  }

  end() {
    this.#listening.abort();
    clearTimeout(this.#timer);
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#sample();
      this.#wait();
    }, Math.max(0, this.#nextAt - performance.now()));
  }

  async #sample() {
    this.#nextAt = performance.now() + BETWEEN_FRAMES_MS;
    if (this.#isAsking) {
      this.dropped += 1;
      this.#tell();
      return;
    }
    this.#isAsking = true;
    try {
      await this.#ask();
    } finally {
      this.#isAsking = false;
    }
  }
}

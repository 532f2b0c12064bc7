// Repeats what the other side was too busy for: `unavailable` says when to try again, and that nothing was done.

import { RemoteError } from './errors.js';

/**
 * What `run` gives, which is given the seconds that are left, undefined without a deadline. Repeated up to `retries` times, while
 * there is time for it.
 */
export async function repeated(run, { retries, timeout, signal }) {
  const ends = timeout === undefined || timeout === null ? Infinity : performance.now() + 1000 * timeout;
  for (let left = retries; ; left--) {
    try {
      return await run(ends === Infinity ? undefined : (ends - performance.now()) / 1000);
    } catch (error) {
      const wait = error instanceof RemoteError && error.code === 'unavailable' ? error.retryAfterMillis : undefined;
      if (!left || wait === undefined || performance.now() + wait >= ends) throw error;
      await pause(wait, signal);
    }
  }
}

function pause(millis, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    }, millis);
    const aborted = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal?.addEventListener('abort', aborted, { once: true });
  });
}

// Work at the next painted frame, or soon where the tab is hidden and nothing is painted.

const HIDDEN_DELAY_MS = 200;

export function atNextFrame(work) {
  let pending = true;
  const once = () => {
    if (!pending) return;
    pending = false;
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    work();
  };
  const timer = setTimeout(once, HIDDEN_DELAY_MS);
  const frame = requestAnimationFrame(once);
}

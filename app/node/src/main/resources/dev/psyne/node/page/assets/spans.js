// Answers over the time of a video: equal ones that follow each other are one span.

export const MOST_ANSWERS = 3600;
const SAME_FOR_SECONDS = 2;

export class Spans {
  /** `{ time, text, sure, run }` by time. */
  #answers = [];
  #run = 0;

  /** What comes next does not follow what came before: the video was sought in. */
  cut() {
    this.#run += 1;
  }

  /** Takes the answer about the frame at `time` seconds; what was answered about that second before a jump is forgotten. */
  add({ time, text, sure }) {
    const answers = this.#answers;
    let at = answers.length;
    while (at > 0 && answers[at - 1].time > time) at -= 1;
    const isSame = other => other && other.run !== this.#run && Math.floor(other.time) === Math.floor(time);
    const from = isSame(answers[at - 1]) ? at - 1 : at;
    const to = isSame(answers[at]) ? at + 1 : at;
    answers.splice(from, to - from, { time, text, sure, run: this.#run });
    if (answers.length > MOST_ANSWERS) answers.shift();
  }

  /** `[{ from, to, text, sure }]`, the earliest first. */
  list() {
    const spans = [];
    let before = null;
    for (const answer of this.#answers) {
      if (before && goesOn(before, answer)) spans.at(-1).to = answer.time;
      else spans.push({ from: answer.time, to: answer.time, text: answer.text, sure: answer.sure });
      before = answer;
    }
    return spans;
  }
}

/** Nobody looked at what was jumped over, so two equal answers join only if the video ran, or hardly a moment is between. */
function goesOn(before, after) {
  const follows = before.run === after.run || after.time - before.time <= SAME_FOR_SECONDS;
  return follows && before.text === after.text && before.sure === after.sure;
}

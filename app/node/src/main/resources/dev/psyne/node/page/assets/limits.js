// What the page bounds, where more than one of its parts has to know.

/** Pictures that go with one question. */
export const MOST_PICTURES = 4;

/** A call is one frame of at most 20 MiB. */
export const MOST_CALL_PICTURE_BYTES = 19 * 1024 * 1024;

/** Pictures that teach one thing. */
export const FEWEST_LESSON_PICTURES = 3;
export const MOST_LESSON_PICTURES = 10;

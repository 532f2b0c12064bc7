package dev.psyne.rpc;

/**
 * What a {@link MessagePackReader} takes from a frame. Reading recurses once per nesting, so that the depth also bounds
 * the stack.
 *
 * @param depth maps and arrays inside each other, the outermost included, at most {@value #MAX_DEPTH}
 * @param elements map entries and array elements of one frame, together
 * @param keyBytes UTF-8 bytes of a map key
 * @param strict true: nil stands only for a map's value and leaves its entry out, an integer above 2^63 - 1 is broken,
 *     binary values are copied; false: nil is null wherever it comes, such an integer a {@link java.math.BigInteger}, and
 *     binary values are views of the frame
 */
public record MessagePackLimits(int depth, int elements, int keyBytes, boolean strict) {
    /** The deepest nesting that may be allowed. */
    public static final int MAX_DEPTH = 64;

    /** Those of docs/protocol.md. */
    static final MessagePackLimits PSYNE = new MessagePackLimits(
            MessagePackReader.MAX_DEPTH, MessagePackReader.MAX_ELEMENTS, MessagePackReader.MAX_KEY_BYTES, true);

    /** Refuses a limit that allows nothing, or more nesting than the stack is sure to have. */
    public MessagePackLimits {
        if (depth < 1 || depth > MAX_DEPTH) {
            throw new IllegalArgumentException("a depth is 1 to " + MAX_DEPTH + ", not " + depth);
        }
        if (elements < 1 || keyBytes < 1) {
            throw new IllegalArgumentException(
                    "a limit is at least 1, not " + elements + " elements, " + keyBytes + " bytes");
        }
    }

    /** Limits that are not strict. */
    public static MessagePackLimits lenient(int depth, int elements, int keyBytes) {
        return new MessagePackLimits(depth, elements, keyBytes, false);
    }
}

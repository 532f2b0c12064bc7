package dev.psyne.channel;

import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A tensor in a message, written and read in place: no element is copied between the sender that computes it and the
 * receiver that uses it.
 *
 * <pre>{@code
 * Claim claim = TensorMessage.claim(sender, ElementType.F32, Shape.of(64, 192));
 * Tensor.of(claim.segment(), ElementType.F32, Shape.of(64, 192)).setFloat(0, 1f);
 * claim.commit();
 *
 * receiver.receive(message -> use(TensorMessage.read(message).tensor()));
 * }</pre>
 *
 * The payload starts at a multiple of {@link Tensor#ALIGNMENT_BYTES} of the machine's addresses, where vector loads do not
 * cross cache lines. The header says where it starts, so a copy of the message can be read anywhere, though not aligned any
 * more. Strides are counted in elements; 0 repeats one element along its axis.
 *
 * <p>What {@link #read} answers is a view of the message and dies with it: in a handler, when the handler returns. Every
 * field is read once, then checked, so that a sender which changes it later changes nothing. Reading and claiming make a few
 * small objects a message. Immutable; safe to share between threads as long as the message is there.
 */
public final class TensorMessage {
    /** The most dimensions. */
    public static final int MAX_RANK = TensorLayout.MAX_RANK;

    private final ElementType type;
    private final Shape shape;
    private final long[] strides;
    private final MemorySegment payload;

    TensorMessage(ElementType type, Shape shape, long[] strides, MemorySegment payload) {
        this.type = type;
        this.shape = shape;
        this.strides = strides;
        this.payload = payload;
    }

    /**
     * Space for a dense row-major tensor in a channel. The claim's segment is the payload, of exactly the tensor's bytes.
     *
     * @throws IllegalArgumentException if the rank is above {@link #MAX_RANK}, or if it is more than a message may have
     * @throws InterruptedException as {@link Sender#claim(int)}, and all that it throws
     */
    public static Claim claim(Sender sender, ElementType type, Shape shape) throws InterruptedException {
        return claim(sender, type, shape, rowMajor(shape));
    }

    /**
     * The same for other strides. The payload is as long as they reach.
     *
     * @param strides elements from one entry to the next along each axis, 0 or more
     */
    public static Claim claim(Sender sender, ElementType type, Shape shape, long... strides)
            throws InterruptedException {
        Claim claim = sender.claim(bytes(type, shape, strides));
        MemorySegment whole = claim.segment();
        MemorySegment payload = write(whole, type, shape, strides);
        return new BodyClaim().over(claim, payload.address() - whole.address(), payload.byteSize());
    }

    /** Sends a copy of a tensor; otherwise as {@link #claim(Sender, ElementType, Shape)}. */
    public static void send(Sender sender, Tensor tensor) throws InterruptedException {
        Claim claim = claim(sender, tensor.type(), tensor.shape());
        try {
            claim.segment().copyFrom(tensor.segment());
        } catch (RuntimeException failure) {
            claim.abort();
            throw failure;
        }
        claim.commit();
    }

    /** Bytes to claim for a dense tensor wherever it will come to lie: with the header, and with all of a cache line to align. */
    public static int bytes(ElementType type, Shape shape) {
        return bytes(type, shape, rowMajor(shape));
    }

    /** The same for other strides. */
    public static int bytes(ElementType type, Shape shape, long... strides) {
        long payload = TensorLayout.payloadBytes(type, shape, strides);
        long all = TensorLayout.mostHeaderBytes(shape.rank()) + payload;
        if (payload > Integer.MAX_VALUE || all > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    type + " " + shape + " has " + payload + " bytes; a message has less than 2 GiB");
        }
        return (int) all;
    }

    /**
     * Writes the header of a dense tensor, for claims that are not a sender's: the body of a request or a topic.
     *
     * @param target as long as {@link #bytes(ElementType, Shape)} says, aligned to 8 bytes
     * @return the payload, to be written
     */
    public static MemorySegment write(MemorySegment target, ElementType type, Shape shape) {
        return write(target, type, shape, rowMajor(shape));
    }

    /** The same for other strides. */
    public static MemorySegment write(MemorySegment target, ElementType type, Shape shape, long... strides) {
        return TensorLayout.write(target, type, shape, strides);
    }

    /**
     * Reads the tensor of a message in place.
     *
     * @throws MessageFormatException naming the field that makes it no tensor message of this version
     */
    public static TensorMessage read(MemorySegment message) {
        return TensorLayout.read(message);
    }

    static long[] rowMajor(Shape shape) {
        long[] strides = new long[shape.rank()];
        // Of an empty shape the dimensions may multiply to more than a long; nothing is ever reached by its strides.
        long stride = shape.elements() == 0 ? 0 : 1;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.dimension(axis);
        }
        return strides;
    }

    /** What one element is. */
    public ElementType type() {
        return type;
    }

    /** The dimensions. */
    public Shape shape() {
        return shape;
    }

    /** Elements from one entry to the next along an axis, counted from 0. */
    public long stride(int axis) {
        if (axis < 0 || axis >= strides.length) {
            throw new IllegalArgumentException("axis " + axis + " of " + shape);
        }
        return strides[axis];
    }

    /** The elements in place, read-only; the one at index (i, j, …) is at i × stride(0) + j × stride(1) + … */
    public MemorySegment payload() {
        return payload;
    }

    /** Whether the elements lie in row-major order without gaps. */
    public boolean isDense() {
        return shape.elements() == 0 || Arrays.equals(strides, rowMajor(shape));
    }

    /**
     * The payload as a tensor, in place.
     *
     * @throws IllegalStateException if it is not dense
     */
    public Tensor tensor() {
        if (!isDense()) {
            throw new IllegalStateException(this + " is not dense; read its payload by its strides");
        }
        return Tensor.of(payload, type, shape);
    }

    /** For example {@code F32 [64, 192] by [192, 1]}. */
    @Override
    public String toString() {
        return type + " " + shape + " by " + Arrays.toString(strides);
    }
}

package dev.psyne.channel;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/**
 * Messages that are records of one {@link MemoryLayout}, written and read in place with the layout's own var handles.
 *
 * <pre>{@code
 * StructLayout layout = MemoryLayout.structLayout(JAVA_LONG.withName("id"), JAVA_DOUBLE.withName("price"));
 * VarHandle price = layout.varHandle(PathElement.groupElement("price"));
 * RecordType quote = RecordType.of(layout);
 *
 * Claim claim = quote.claim(sender);
 * price.set(claim.segment(), 0L, 1.5);
 * claim.commit();
 *
 * receiver.receive(message -> use((double) price.get(quote.read(message), 0L)));
 * }</pre>
 *
 * A message carries a fingerprint of its layout: the XXH3 (64 bits, no seed) of a text in which every name, kind, size,
 * alignment and byte order of the layout stands, the same in every process and release. What is read as another layout is
 * refused. In a ring the record is aligned as its layout asks, up to {@value #MAX_ALIGNMENT} bytes; in a copy of the message
 * it is where the copy is.
 *
 * <p>What {@link #read} answers is a view of the message and dies with it. Immutable, safe to share between threads.
 */
public final class RecordType {
    /** The most bytes to which a record is aligned. */
    public static final long MAX_ALIGNMENT = 64;

    private final MemoryLayout layout;
    private final long fingerprint;
    private final RecordMessageLayout header;

    private RecordType(MemoryLayout layout) {
        this.layout = layout;
        this.fingerprint = LayoutText.fingerprint(layout);
        this.header = new RecordMessageLayout(this);
    }

    /**
     * The records of a layout.
     *
     * @throws IllegalArgumentException if it contains an address, which would mean nothing in another process, if it asks
     *     for more than {@value #MAX_ALIGNMENT} bytes of alignment, or if it is too large for a message
     */
    public static RecordType of(MemoryLayout layout) {
        if (layout.byteAlignment() > MAX_ALIGNMENT) {
            throw new IllegalArgumentException(layout + " is aligned to " + layout.byteAlignment()
                    + " bytes; a record message to up to " + MAX_ALIGNMENT);
        }
        if (layout.byteSize() > Integer.MAX_VALUE - RecordMessageLayout.MOST_HEADER_BYTES) {
            throw new IllegalArgumentException(
                    layout + " has " + layout.byteSize() + " bytes; a message less than 2 GiB");
        }
        return new RecordType(layout);
    }

    /** The layout it was made of. */
    public MemoryLayout layout() {
        return layout;
    }

    /** What tells this layout from others in a message. */
    public long fingerprint() {
        return fingerprint;
    }

    /** Bytes to claim for a record wherever it will come to lie. */
    public int bytes() {
        return header.messageBytes();
    }

    /**
     * Space for a record in a channel. The claim's segment is the record, of exactly the layout's bytes.
     *
     * @throws InterruptedException as {@link Sender#claim(int)}, and all that it throws
     */
    public Claim claim(Sender sender) throws InterruptedException {
        Claim claim = sender.claim(bytes());
        MemorySegment whole = claim.segment();
        MemorySegment written = write(whole);
        return new BodyClaim().over(claim, written.address() - whole.address(), written.byteSize());
    }

    /**
     * Writes the header, for claims that are not a sender's: the body of a request or a topic.
     *
     * @param target as long as {@link #bytes()} says, aligned to 8 bytes
     * @return the record, to be written
     */
    public MemorySegment write(MemorySegment target) {
        return header.write(target);
    }

    /**
     * The record of a message in place, read-only.
     *
     * @throws MessageFormatException if it is no record message, or one of another layout; it names both
     */
    public MemorySegment read(MemorySegment message) {
        return header.read(message);
    }

    /** For example {@code quote bcfa63e5736dfb44 of 16 bytes}. */
    @Override
    public String toString() {
        return RecordMessageLayout.name(layout.name().orElse("record"), fingerprint, layout.byteSize());
    }
}

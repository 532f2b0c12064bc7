package dev.psyne.image;

import java.util.Objects;
import javax.imageio.stream.ImageInputStreamImpl;

/** The stripped file as an image input: no cache, no copy. */
final class ArrayImageInput extends ImageInputStreamImpl {
    private final byte[] file;
    private final int length;

    ArrayImageInput(byte[] file, int length) {
        this.file = file;
        this.length = length;
    }

    @Override
    public int read() {
        bitOffset = 0;
        return streamPos < length ? Byte.toUnsignedInt(file[(int) streamPos++]) : -1;
    }

    @Override
    public int read(byte[] into, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, into.length);
        bitOffset = 0;
        if (count == 0) {
            return 0;
        }
        int available = (int) Math.min(count, length - streamPos);
        if (available <= 0) {
            return -1;
        }
        System.arraycopy(file, (int) streamPos, into, offset, available);
        streamPos += available;
        return available;
    }

    @Override
    public long length() {
        return length;
    }
}

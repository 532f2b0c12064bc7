package dev.psyne.vlm.internal.vision;

import dev.psyne.image.Picture;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The SHA-256 of a picture's size and pixels, by which it is known again. */
public record PictureDigest(long first, long second, long third, long fourth) {

    /** The digest of a picture. */
    public static PictureDigest of(Picture picture) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(2 * Integer.BYTES)
                    .putInt(picture.width())
                    .putInt(picture.height())
                    .flip());
            ByteBuffer bytes = ByteBuffer.wrap(digest.digest(picture.rgb()));
            return new PictureDigest(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

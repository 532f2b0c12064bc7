package dev.psyne.image;

/** The bytes are not an image, or an image of a kind that is not read; the message says which kinds work. */
public final class UnsupportedImageException extends ImageException {
    private static final long serialVersionUID = 1L;

    UnsupportedImageException(String message) {
        super(message);
    }
}

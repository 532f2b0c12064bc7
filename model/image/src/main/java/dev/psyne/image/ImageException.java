package dev.psyne.image;

/**
 * A file that cannot become a picture. The message is one sentence for the person who sent the file: what is wrong and
 * what to do about it. It holds nothing of the file but its sizes, so it may be shown as it is.
 */
public abstract sealed class ImageException extends RuntimeException
        permits BrokenImageException, ImageTooLargeException, UnsupportedImageException {
    private static final long serialVersionUID = 1L;

    ImageException(String message) {
        super(message);
    }

    ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}

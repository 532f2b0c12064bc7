package dev.psyne.image;

/** The file or the picture in it is over a limit of {@link ImageLimits}; the message names its size and the limit. */
public final class ImageTooLargeException extends ImageException {
    private static final long serialVersionUID = 1L;

    ImageTooLargeException(String message) {
        super(message);
    }
}

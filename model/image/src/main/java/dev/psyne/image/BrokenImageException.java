package dev.psyne.image;

/** The file says that it is a PNG, JPEG or WebP, but it is cut off or damaged. */
public final class BrokenImageException extends ImageException {
    private static final long serialVersionUID = 1L;

    BrokenImageException(String message) {
        super(message);
    }

    BrokenImageException(String message, Throwable cause) {
        super(message, cause);
    }

    static BrokenImageException cutOff(ImageFormat format) {
        return new BrokenImageException(
                "This " + format.label() + " file ends before its image does: it was cut off; send the whole file.");
    }

    static BrokenImageException damaged(ImageFormat format, String what) {
        return new BrokenImageException("This " + format.label() + " file is damaged (" + what + "); save it again.");
    }
}

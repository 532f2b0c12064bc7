package dev.psyne.platform;

import java.nio.file.FileSystemException;

/** The file system has no room for what was to be allocated; nothing in it was changed but the file's size. */
public final class OutOfSpaceException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    OutOfSpaceException(String file, String reason) {
        super(file, null, reason);
    }
}

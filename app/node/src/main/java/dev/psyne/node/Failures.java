package dev.psyne.node;

import dev.psyne.image.ImageException;
import dev.psyne.net.UnprotectedHostException;
import dev.psyne.rpc.RpcException;
import dev.psyne.vlm.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Turns a failed command into one sentence and an exit code. */
final class Failures {
    private Failures() {}

    static String sentence(Throwable failure) {
        return switch (failure) {
            case NoSuchFileException e -> "there is no file " + e.getFile() + ".";
            case AccessDeniedException e -> "the file " + e.getFile() + " may not be read.";
            case UnprotectedHostException e ->
                "other machines could reach this host: give --token and --certificate with --key, or stay on"
                        + " 127.0.0.1, or type --insecure to serve everyone without protection.";
            case RpcException e -> e.code() + ": " + e.getMessage();
            case UncheckedIOException e -> "reading or writing failed: " + e.getMessage();
            case IOException e -> "reading or writing failed: " + e.getMessage();
            default -> {
                String message = failure.getMessage();
                yield message == null ? failure.toString() : message;
            }
        };
    }

    static int exitCode(Throwable failure) {
        return switch (failure) {
            case ImageException e -> ExitCode.FAILED;
            case ModelException e -> ExitCode.UNAVAILABLE;
            case IllegalArgumentException e -> ExitCode.USAGE;
            case UnprotectedHostException e -> ExitCode.USAGE;
            default -> ExitCode.FAILED;
        };
    }
}

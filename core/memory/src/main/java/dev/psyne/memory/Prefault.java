package dev.psyne.memory;

import dev.psyne.platform.Pages;
import dev.psyne.platform.TransparentHugePages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Brings pages into memory in pieces that an executor runs, so that many processors clear them at once. */
final class Prefault {
    /** The most pieces, and so tasks, that pages are cut into. */
    static final int MOST_PIECES = 64;

    private Prefault() {}

    /** Returns when every piece is done; fails as the first piece that failed. */
    static void run(Pages pages, Executor executor) {
        long huge = TransparentHugePages.pageBytes();
        long wholeHugePages = Math.ceilDiv(pages.bytes(), huge);
        long piece = Math.ceilDiv(wholeHugePages, MOST_PIECES) * huge;
        List<CompletableFuture<Void>> running = new ArrayList<>();
        try {
            for (long at = 0; at < pages.bytes(); at += piece) {
                long from = at;
                long length = Math.min(piece, pages.bytes() - at);
                running.add(CompletableFuture.runAsync(() -> pages.populate(from, length), executor));
            }
        } finally {
            // Even after a refusal of the executor: whoever unmaps the pages next must find nobody in them.
            join(running);
        }
    }

    private static void join(List<CompletableFuture<Void>> running) {
        try {
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }
}

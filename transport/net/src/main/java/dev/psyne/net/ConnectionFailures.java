package dev.psyne.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.util.function.Consumer;

/** What becomes of a connection when its pipeline throws. */
final class ConnectionFailures {
    private ConnectionFailures() {}

    /** Closes; a reset, a broken TLS record or the like is the peer's doing and only ends its connection. */
    static void close(ChannelHandlerContext ctx, Throwable cause, Consumer<Throwable> failures) {
        if (!(cause instanceof IOException) && !(cause instanceof DecoderException)) {
            failures.accept(cause);
        }
        var _ = ctx.close();
    }
}

package dev.psyne.net;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/** A certificate chain and its PKCS #8 key, both PEM. */
record TlsFiles(Path certificate, Path key) {
    /** The JDK's TLS 1.2 and 1.3. */
    SslContext open() {
        try {
            return SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (SSLException | IllegalArgumentException unreadable) {
            throw new IllegalArgumentException(
                    "no PEM certificate chain in " + certificate + " with its PKCS #8 PEM key in " + key + ": "
                            + unreadable.getMessage(),
                    unreadable);
        }
    }
}

package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.internal.connection.Binding;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.Offer;
import dev.psyne.rpc.internal.schema.Schema;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Service 0 of one connection: its directory, asked for and offered to. */
record Root(Link link, Directory directory) implements ConnectionService {
    private static final int MAX_NUMBER = 0xFFFF;

    @Override
    public Binding find(String name, @Nullable Long known) {
        Provider provider = directory.find(name);
        Long fingerprint = provider.fingerprint();
        return new Binding(
                link.bind(name, provider),
                Objects.equals(known, fingerprint) ? null : provider.schema(),
                fingerprint,
                provider.methods(),
                provider.shares(link) ? true : null);
    }

    @Override
    public String offer(Offer service) {
        if (service.service() < 1 || service.service() > MAX_NUMBER) {
            throw new RpcException(
                    Failure.INVALID_ARGUMENT,
                    "a service's number is 1 to " + MAX_NUMBER + ", not " + service.service());
        }
        directory.offer(
                service.name(),
                new Provider.Remote(
                        service.name(),
                        link,
                        service.service(),
                        service.schema(),
                        fingerprint(service.schema()),
                        service.methods(),
                        Boolean.TRUE.equals(service.shares()) && link.regions().isShared()));
        return service.name();
    }

    @Override
    public List<String> services() {
        return directory.names();
    }

    @Override
    public void withdraw(String name) {
        directory.withdraw(name, link);
    }

    private static @Nullable Long fingerprint(@Nullable String canonical) {
        if (canonical == null) {
            return null;
        }
        try {
            return Schema.parse(canonical).fingerprint();
        } catch (SchemaException broken) {
            throw new RpcException(Failure.INVALID_ARGUMENT, "the service's schema: " + broken.getMessage());
        }
    }
}

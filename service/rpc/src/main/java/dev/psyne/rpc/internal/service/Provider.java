package dev.psyne.rpc.internal.service;

import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A service that can be asked for, here or behind another connection. Immutable. */
sealed interface Provider {
    /** Its canonical schema, if it has one. */
    @Nullable
    String schema();

    /** The schema's fingerprint. */
    @Nullable
    Long fingerprint();

    /** Its methods' names in the order of their numbers. */
    List<String> methods();

    /** Whether calls of one connection may refer to shared memory. */
    boolean shares(Link link);

    /** What takes the calls of one connection. */
    CallTarget target(Link link);

    /** An object of this process. */
    record Local(ServiceContract contract, List<MethodHandle> handles) implements Provider {
        @Override
        public String schema() {
            return contract.schema().canonical();
        }

        @Override
        public Long fingerprint() {
            return contract.schema().fingerprint();
        }

        @Override
        public List<String> methods() {
            return contract.methods().stream().map(MethodContract::name).toList();
        }

        @Override
        public boolean shares(Link link) {
            return link.regions().isShared();
        }

        @Override
        public CallTarget target(Link link) {
            return new ServedService(contract, handles, link);
        }
    }

    /** A service that {@code owner} has offered under {@code name}, to be called by {@code service}. */
    record Remote(
            String name,
            Link owner,
            int service,
            @Nullable String schema,
            @Nullable Long fingerprint,
            List<String> methods,
            boolean shares)
            implements Provider {
        @Override
        public boolean shares(Link link) {
            return shares && link.regions().isShared();
        }

        @Override
        public CallTarget target(Link link) {
            return new Relay(link, this);
        }

        /** Whether those who know the methods of one can call the other. */
        boolean fits(Provider other) {
            return other instanceof Remote remote
                    && Objects.equals(schema, remote.schema)
                    && methods.equals(remote.methods);
        }
    }
}

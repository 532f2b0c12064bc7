package dev.psyne.rpc.internal.schema.generate;

import dev.psyne.rpc.internal.schema.Definition.ServiceOf;
import dev.psyne.rpc.internal.schema.Schema;
import java.util.List;

/**
 * The schemas that a generated module carries: of its only service, or of each under a name of its own, or of all its
 * records if it has no service.
 *
 * @param suffix of the names of its constants
 */
record Exchanged(String suffix, Schema schema) {
    static List<Exchanged> of(Schema schema) {
        List<ServiceOf> services = schema.services();
        return switch (services.size()) {
            case 0 -> List.of(new Exchanged("", schema));
            case 1 -> List.of(new Exchanged("", schema.only(services.getFirst().name())));
            default ->
                services.stream()
                        .map(service -> new Exchanged("_" + service.name(), schema.only(service.name())))
                        .toList();
        };
    }

    String schemaName() {
        return "SCHEMA" + suffix;
    }

    String fingerprintName() {
        return "FINGERPRINT" + suffix;
    }
}

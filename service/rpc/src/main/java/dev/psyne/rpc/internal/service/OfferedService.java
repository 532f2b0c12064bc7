package dev.psyne.rpc.internal.service;

/** An object of this process under the name by which it is offered over any number of connections. Immutable. */
public final class OfferedService {
    private final String name;
    private final Provider.Local provider;

    private OfferedService(String name, Provider.Local provider) {
        this.name = name;
        this.provider = provider;
    }

    /**
     * An implementation under a name.
     *
     * @throws IllegalArgumentException if the object does not serve it
     */
    public static OfferedService of(String name, ServiceContract contract, Object implementation) {
        return new OfferedService(name, new Provider.Local(contract, ServedService.handles(contract, implementation)));
    }

    /** The name. */
    public String name() {
        return name;
    }

    Provider.Local provider() {
        return provider;
    }
}

package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaMethod;
import dev.psyne.hypha.HyphaService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What an endpoint serves, by id. */
final class Services {
    private final String address;
    private final Map<String, ServedService> served = new ConcurrentHashMap<>();

    Services(String address) {
        this.address = address;
    }

    void add(HyphaService service, @Nullable String onlyCaller) {
        if (served.putIfAbsent(service.id(), ServedService.of(address, service, onlyCaller)) != null) {
            throw new IllegalStateException("there is already a service '" + service.id() + "' at " + address);
        }
    }

    boolean remove(String id) {
        return served.remove(id) != null;
    }

    @Nullable
    ServedService find(String id) {
        return served.get(id);
    }

    List<HyphaService> all() {
        return served.values().stream()
                .filter(each -> each.onlyCaller() == null)
                .map(ServedService::service)
                .toList();
    }

    /** The method at {@code id.path}, if the caller may call it; null if there is none. */
    @Nullable
    HyphaMethod method(String path, String caller) {
        int dot = path.indexOf('.');
        ServedService service = dot < 0 ? null : served.get(path.substring(0, dot));
        HyphaMethod method = service == null ? null : service.methods().get(path.substring(dot + 1));
        if (service != null && method != null) {
            service.checkCaller(address.substring(0, address.indexOf('/')), caller, path);
        }
        return method;
    }

    /** Ends what was made for one caller. */
    void peerLost(String caller) {
        served.values().removeIf(service -> caller.equals(service.onlyCaller()));
    }
}

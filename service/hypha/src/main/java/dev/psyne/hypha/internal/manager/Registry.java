package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.HyphaLimits;
import dev.psyne.hypha.Visibility;
import dev.psyne.hypha.internal.identity.Workspaces;
import dev.psyne.hypha.internal.router.Address;
import dev.psyne.hypha.internal.router.Participant;
import dev.psyne.hypha.internal.router.Router;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The services of all clients, by workspace. Any thread may call. */
public final class Registry {

    private final Map<String, Map<String, ServiceInfo>> workspaces = new ConcurrentHashMap<>();
    private final AtomicLong order = new AtomicLong();
    private final HyphaLimits limits;
    private final Router router;

    Registry(HyphaLimits limits, Router router) {
        this.limits = limits;
        this.router = router;
    }

    /**
     * Adds a service, in the place of one with the same id.
     *
     * @return whether there was one
     */
    boolean put(Address owner, ServiceDescription service) {
        ServiceInfo info = service.toInfo(owner, order.incrementAndGet(), limits.serviceBytes());
        boolean[] before = new boolean[1];
        workspaces.compute(owner.workspace(), (_, services) -> {
            Map<String, ServiceInfo> all = services == null ? new ConcurrentHashMap<>(2) : services;
            if (!all.containsKey(info.key()) && ofClient(all, owner).size() >= limits.servicesPerClient()) {
                throw new HyphaException(
                        "ValueError: a client registers at most " + limits.servicesPerClient() + " services");
            }
            before[0] = all.put(info.key(), info) != null;
            return all;
        });
        return before[0];
    }

    /** Removes a service; false if there is none. */
    boolean remove(ServiceInfo info) {
        boolean[] removed = new boolean[1];
        workspaces.computeIfPresent(info.owner().workspace(), (_, services) -> {
            removed[0] = services.remove(info.key()) != null;
            return services.isEmpty() ? null : services;
        });
        return removed[0];
    }

    /** Removes all services of a client. */
    void removeAll(Address owner) {
        workspaces.computeIfPresent(owner.workspace(), (_, services) -> {
            services.values().removeIf(info -> info.owner().equals(owner));
            return services.isEmpty() ? null : services;
        });
    }

    /** All services that fit, whoever may see them, in the order of registration. */
    public List<ServiceInfo> match(ServiceQuery query) {
        String workspace = query.exactWorkspace();
        Collection<Map<String, ServiceInfo>> searched =
                workspace == null ? workspaces.values() : List.of(workspaces.getOrDefault(workspace, Map.of()));
        List<ServiceInfo> found = new ArrayList<>();
        for (Map<String, ServiceInfo> services : searched) {
            services.values().stream().filter(query::matches).forEach(found::add);
        }
        found.sort(Comparator.comparingLong(ServiceInfo::order));
        return found;
    }

    /**
     * The one service that a caller means, if the caller may have it.
     *
     * @param mode {@code random}, {@code first}, {@code last}, {@code min_load}, {@code exact}; null for exact, in the
     *     public workspace for random
     * @throws HyphaException if there is none, there are several and none is to be chosen, or the caller may not have it
     */
    public ServiceInfo find(String id, @Nullable String mode, Caller caller) {
        ServiceQuery here = ServiceQuery.ofId(id, caller.workspace());
        List<ServiceInfo> inside = match(here);
        // What the own workspace lacks may be offered to everybody.
        boolean elsewhere = inside.isEmpty() && id.indexOf('/') < 0;
        ServiceQuery query = elsewhere ? ServiceQuery.ofId(id, Workspaces.PUBLIC) : here;
        List<ServiceInfo> found = elsewhere ? match(query) : inside;
        if (found.isEmpty()) {
            throw new HyphaException("KeyError: 'Service not found: " + here + "'");
        }
        List<ServiceInfo> allowed = found.stream().filter(caller::mayCall).toList();
        if (allowed.isEmpty()) {
            throw new HyphaException("PermissionError: Permission denied for non-public service '"
                    + found.get(0).name() + "' in workspace "
                    + found.get(0).owner().workspace());
        }
        return choose(query, mode, allowed);
    }

    /** Services that a caller sees in a list: public ones, and those of workspaces it may call into. */
    public List<ServiceInfo> list(ServiceQuery query, boolean unlisted, Caller caller) {
        return match(query).stream()
                .filter(info -> lists(info, unlisted, caller))
                .toList();
    }

    /** Whoever may see them, the services in a workspace of exactly this name, in no order. */
    List<ServiceInfo> inWorkspace(String name) {
        return List.copyOf(workspaces.getOrDefault(name, Map.of()).values());
    }

    /** The workspaces with services in them. */
    Collection<String> workspaces() {
        return List.copyOf(workspaces.keySet());
    }

    /** Whether a caller sees a service in a list. */
    static boolean lists(ServiceInfo info, boolean unlisted, Caller caller) {
        return (info.visibility() == Visibility.PUBLIC || caller.mayCall(info))
                && (info.visibility() != Visibility.UNLISTED || unlisted);
    }

    /** Services there are. */
    public long count() {
        return workspaces.values().stream().mapToLong(Map::size).sum();
    }

    private ServiceInfo choose(ServiceQuery query, @Nullable String mode, List<ServiceInfo> found) {
        String chosen = mode == null ? (query.workspace().equals(Workspaces.PUBLIC) ? "random" : "exact") : mode;
        return switch (chosen) {
            case "random" -> found.get(ThreadLocalRandom.current().nextInt(found.size()));
            case "first" -> found.getFirst();
            case "last" -> found.getLast();
            case "min_load", "select:min:get_load" ->
                found.stream().min(Comparator.comparingLong(this::load)).orElseThrow();
            case "exact", "default" -> {
                if (found.size() > 1) {
                    throw new HyphaException("AssertionError: Multiple services found for " + query + ", e.g. "
                            + found.stream().limit(5).map(ServiceInfo::key).toList()
                            + ": give the mode random, first, last or min_load");
                }
                yield found.getFirst();
            }
            default ->
                throw new HyphaException(
                        "ValueError: a mode is random, first, last, min_load or exact, not '" + chosen + "'");
        };
    }

    private long load(ServiceInfo info) {
        Participant owner = router.find(info.owner());
        return owner == null ? Long.MAX_VALUE : owner.load();
    }

    private static List<ServiceInfo> ofClient(Map<String, ServiceInfo> services, Address owner) {
        return services.values().stream()
                .filter(info -> info.owner().equals(owner))
                .toList();
    }
}

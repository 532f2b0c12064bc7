package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaMethod;
import dev.psyne.hypha.HyphaService;
import dev.psyne.hypha.internal.wire.LocalObjects;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts what a call or a result gives to its peer into its session, which is opened when it is needed. */
final class SessionObjects implements LocalObjects {
    private final Endpoint endpoint;
    private final Supplier<Session> opens;
    private @Nullable Session session;

    SessionObjects(Endpoint endpoint, Supplier<Session> opens) {
        this.endpoint = endpoint;
        this.opens = opens;
    }

    /** The session, if anything is in it. */
    @Nullable
    Session session() {
        return session;
    }

    private Session opened() {
        Session opened = session;
        if (opened == null) {
            opened = opens.get();
            session = opened;
        }
        return opened;
    }

    @Override
    public Map<String, @Nullable Object> method(HyphaMethod method) {
        Session holder = opened();
        String name = endpoint.sessions().newId();
        holder.put(name, method);
        return endpoint.describe().method(holder.id() + "." + name, method);
    }

    @Override
    public Map<String, @Nullable Object> generator(Iterator<?> elements, Object source) {
        Session holder = opened();
        String next = endpoint.sessions().newId();
        String close = next + ":close";
        LocalGenerator generator = new LocalGenerator(elements, source, () -> {
            endpoint.sessions().drop(holder, close);
            endpoint.sessions().drop(holder, next);
        });
        holder.put(next, new LocalGenerator.Next(generator));
        holder.put(close, new LocalGenerator.Close(generator));
        return endpoint.describe().generator(holder.id() + "." + next, holder.id() + "." + close);
    }

    @Override
    public Map<String, @Nullable Object> face(Map<String, @Nullable Object> object) {
        String id = "_rintf_" + endpoint.sessions().newId();
        HyphaService.Builder service = HyphaService.builder(id);
        Map<String, @Nullable Object> encoded = new LinkedHashMap<>();
        object.forEach((name, member) -> {
            if (member instanceof HyphaMethod method) {
                service.method(name, method);
                encoded.put(name, endpoint.describe().method("services." + id + "." + name, method));
            } else {
                encoded.put(name, member);
            }
        });
        HyphaMethod dispose = _ -> endpoint.withdraw(id);
        service.method("_dispose", dispose);
        encoded.put("_dispose", endpoint.describe().method("services." + id + "._dispose", dispose));
        encoded.put("_rintf_service_id", id);
        endpoint.serve(service.build(), opened().target());
        return encoded;
    }
}

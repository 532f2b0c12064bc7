package dev.psyne.rpc.internal.schema;

import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What records hold of one another, found in time that is linear in their fields and without recursion: peers send
 * schemas.
 */
final class RecordGraph {
    private final Map<String, RecordOf> records = new HashMap<>();
    private final Set<String> finite = new HashSet<>();
    private final Set<String> holdingCallbacks = new HashSet<>();

    RecordGraph(Collection<Definition> definitions) {
        for (Definition definition : definitions) {
            if (definition instanceof RecordOf of) {
                records.put(of.name(), of);
            }
        }
        findFinite();
        findHoldingCallbacks();
    }

    /** The field by which a record holds itself always, so that no value of it could ever be whole. */
    Optional<Field> endlessField(RecordOf of) {
        return of.fields().stream()
                .filter(field -> alwaysRecord(field) && !finite.contains(((Type.Named) field.type()).name()))
                .findFirst();
    }

    /** Whether a callback is in a value of this type, however deep. */
    boolean holdsCallback(Type type) {
        return Mentions.of(type).hasCallback()
                || Mentions.of(type).names().stream().anyMatch(holdingCallbacks::contains);
    }

    private void findFinite() {
        Map<String, List<String>> holders = new HashMap<>();
        Map<String, Integer> open = new HashMap<>();
        Deque<String> done = new ArrayDeque<>();
        for (RecordOf of : records.values()) {
            List<Field> always = of.fields().stream().filter(this::alwaysRecord).toList();
            always.forEach(field -> holder(holders, ((Type.Named) field.type()).name(), of.name()));
            open.put(of.name(), always.size());
            if (always.isEmpty()) {
                done.add(of.name());
            }
        }
        spread(holders, done, finite, holder -> open.merge(holder, -1, Integer::sum) == 0);
    }

    private void findHoldingCallbacks() {
        Map<String, List<String>> holders = new HashMap<>();
        Deque<String> done = new ArrayDeque<>();
        for (RecordOf of : records.values()) {
            for (Field field : of.fields()) {
                Mentions mentions = Mentions.of(field.type());
                mentions.names().forEach(name -> holder(holders, name, of.name()));
                if (mentions.hasCallback()) {
                    done.add(of.name());
                }
            }
        }
        spread(holders, done, holdingCallbacks, _ -> true);
    }

    private static void spread(
            Map<String, List<String>> holders, Deque<String> done, Set<String> marked, Predicate<String> ready) {
        while (!done.isEmpty()) {
            String name = done.remove();
            if (marked.add(name)) {
                holders.getOrDefault(name, List.of()).stream().filter(ready).forEach(done::add);
            }
        }
    }

    private static void holder(Map<String, List<String>> holders, String held, String holder) {
        holders.computeIfAbsent(held, _ -> new ArrayList<>()).add(holder);
    }

    private boolean alwaysRecord(Field field) {
        return !field.optional() && field.type() instanceof Type.Named(String name) && records.containsKey(name);
    }
}

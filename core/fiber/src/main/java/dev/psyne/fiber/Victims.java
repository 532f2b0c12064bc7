package dev.psyne.fiber;

import dev.psyne.platform.Topology.Distance;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From whom one worker steals: those on the same core first, then under the same cache, in the same package, and the rest;
 * all alike where the neighbourhood is not known.
 *
 * <p>Of each distance a round looks at {@link #LOOKS} deques side by side and takes from the one that holds most, so that
 * no round costs more however many workers there are. The next round goes on behind them, so {@code n / LOOKS} rounds
 * have seen all; after a find it begins anew at random, so that thieves do not follow each other. Whoever goes to sleep
 * looks at every deque by other means.
 *
 * <p>Owned by the worker that steals; any number of them may steal at once.
 *
 * @param <T> what is stolen
 */
final class Victims<T> {
    /** Deques of each distance that one round looks at. */
    static final int LOOKS = 4;

    /** One further item is taken for so many that a deque holds, ... */
    private static final int DEEP = 32;

    /** ... and no more than so many. */
    private static final int MOST_MOVED = 32;

    /** Integers around the places, so that no other thread writes to their cache lines. */
    private static final int PADDING = 32;

    private static final int RANDOM = PADDING - 1;

    private final WorkDeque<T> own;
    private final List<WorkDeque<T>> deques;
    private final int[] ends;
    /** The state of the generator, then for each distance where the next round begins. */
    private final int[] places;

    private @Nullable WorkDeque<T> robbed;

    /** The deques that lie before {@code ends[0]} are nearest; the thief's own may be among them. */
    private Victims(WorkDeque<T> own, List<WorkDeque<T>> deques, int[] ends, int seed) {
        this.own = own;
        this.deques = deques;
        this.ends = ends;
        this.places = new int[2 * PADDING + ends.length];
        this.places[RANDOM] = seed * 0x9E3779B9 | 1;
        int begin = 0;
        for (int group = 0; group < ends.length; group++) {
            scatter(group, ends[group] - begin);
            begin = ends[group];
        }
    }

    /** The victims of each worker, whose deques these are in the order of their numbers. */
    static <T> List<Victims<T>> of(List<WorkDeque<T>> deques, WorkerPins pins) {
        List<Victims<T>> all = new ArrayList<>(deques.size());
        for (int thief = 0; thief < deques.size(); thief++) {
            all.add(
                    pins.distance(thief, thief).isPresent()
                            ? neighboursFirst(deques, thief, pins)
                            : new Victims<>(deques.get(thief), deques, new int[] {deques.size()}, thief + 1));
        }
        return all;
    }

    /** The victims of one who has no neighbourhood, and whose own deque is not among them. */
    static <T> Victims<T> anyOf(WorkDeque<T> own, List<WorkDeque<T>> deques, int seed) {
        return new Victims<>(own, deques, new int[] {deques.size()}, seed);
    }

    private static <T> Victims<T> neighboursFirst(List<WorkDeque<T>> deques, int thief, WorkerPins pins) {
        Map<Distance, List<WorkDeque<T>>> byDistance = new EnumMap<>(Distance.class);
        for (int other = 0; other < deques.size(); other++) {
            if (other != thief) {
                Distance distance = pins.distance(thief, other).orElse(Distance.ELSEWHERE);
                byDistance.computeIfAbsent(distance, _ -> new ArrayList<>()).add(deques.get(other));
            }
        }
        List<WorkDeque<T>> sorted = new ArrayList<>(deques.size());
        int[] ends = new int[byDistance.size()];
        int group = 0;
        for (List<WorkDeque<T>> alike : byDistance.values()) {
            sorted.addAll(alike);
            ends[group++] = sorted.size();
        }
        return new Victims<>(deques.get(thief), List.copyOf(sorted), ends, thief + 1);
    }

    /** Takes the oldest item of a near and deep deque; null if this round met none. */
    @Nullable
    T steal() {
        return steal(false);
    }

    /**
     * As {@link #steal()}, and from a very deep deque some more items, which go to the thief's own, empty one: a burst of small
     * items is not fetched one by one, and of a tree, whose deques are short, only the oldest goes.
     */
    @Nullable
    T stealSome() {
        return steal(true);
    }

    /** From whom it was stolen last. */
    @Nullable
    WorkDeque<T> robbed() {
        return robbed;
    }

    private @Nullable T steal(boolean some) {
        int begin = 0;
        for (int group = 0; group < ends.length; group++) {
            int size = ends[group] - begin;
            WorkDeque<T> deepest = deepest(group, begin, size);
            T item = deepest == null ? null : deepest.steal();
            if (deepest != null && item != null) {
                if (some) {
                    moveSome(deepest);
                }
                scatter(group, size);
                robbed = deepest;
                return item;
            }
            begin = ends[group];
        }
        return null;
    }

    private void moveSome(WorkDeque<T> from) {
        for (int left = Math.min(MOST_MOVED, from.size() / DEEP); left > 0; left--) {
            T item = from.steal();
            if (item == null) {
                return;
            }
            // There is room: both deques have one limit, the thief's is empty, and this is a small share of the other.
            own.push(item);
        }
    }

    private @Nullable WorkDeque<T> deepest(int group, int begin, int size) {
        WorkDeque<T> deepest = null;
        int most = 0;
        int place = places[PADDING + group];
        for (int looks = Math.min(LOOKS, size); looks > 0; looks--) {
            WorkDeque<T> deque = deques.get(begin + place);
            int depth = deque == own ? 0 : deque.size();
            if (depth > most) {
                most = depth;
                deepest = deque;
            }
            place = place + 1 == size ? 0 : place + 1;
        }
        places[PADDING + group] = place;
        return deepest;
    }

    /** Marsaglia, "Xorshift RNGs" (Journal of Statistical Software 8, 2003). */
    private void scatter(int group, int size) {
        int random = places[RANDOM];
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        places[RANDOM] = random;
        places[PADDING + group] = Integer.remainderUnsigned(random, size);
    }
}

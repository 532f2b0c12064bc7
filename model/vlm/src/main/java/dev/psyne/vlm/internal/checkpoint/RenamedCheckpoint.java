package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.vlm.ModelException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tensors of one or several checkpoints under the names the layers ask for. Closing it closes those. */
public final class RenamedCheckpoint implements Checkpoint {
    private final List<Checkpoint> owners;
    private final Map<String, Place> places;

    /**
     * Where a tensor is.
     *
     * @param name its name there
     * @param pairedRows rows of a head, if they are in pairs of one of its first half and one of its second; 0 if they are
     *     in order
     */
    public record Place(Checkpoint owner, String name, int pairedRows) {
        /** A tensor whose rows are in order. */
        public Place(Checkpoint owner, String name) {
            this(owner, name, 0);
        }
    }

    /** The tensors at these places; the first owner is the one that errors name. */
    public RenamedCheckpoint(List<Checkpoint> owners, Map<String, Place> places) {
        this.owners = List.copyOf(owners);
        this.places = new LinkedHashMap<>(places);
    }

    @Override
    public Path path() {
        return owners.getFirst().path();
    }

    @Override
    public List<Path> files() {
        return owners.stream().flatMap(owner -> owner.files().stream()).toList();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(places.keySet());
    }

    @Override
    public StoredTensor tensor(String name) {
        Place place = place(name);
        return place.owner().tensor(place.name());
    }

    /**
     * Rows of a head that rotary embedding takes in pairs of neighbours, {@code 0, 0', 1, 1', ...}, are wanted half by
     * half: {@code 0, 1, ..., 0', 1', ...}.
     */
    @Override
    public int storedRow(String name, int row) {
        int head = place(name).pairedRows();
        if (head == 0) {
            return row;
        }
        int inHead = row % head;
        int half = head / 2;
        return row - inHead + inHead % half * 2 + inHead / half;
    }

    private Place place(String name) {
        Place place = places.get(name);
        if (place == null) {
            throw new ModelException(path(), name, "nothing", "a tensor of this name");
        }
        return place;
    }

    @Override
    public void close() {
        owners.forEach(Checkpoint::close);
    }
}

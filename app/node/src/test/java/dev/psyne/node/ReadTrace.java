package dev.psyne.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perfetto.protos.DebugAnnotation;
import perfetto.protos.Trace;
import perfetto.protos.TracePacket;
import perfetto.protos.TrackDescriptor;
import perfetto.protos.TrackEvent;

/** A trace as its reader understands it: sorted by time, names looked up, begins and ends paired as on a stack. */
final class ReadTrace {
    final Map<Long, TrackDescriptor> tracks = new HashMap<>();
    final List<Slice> slices = new ArrayList<>();
    final List<Instant> instants = new ArrayList<>();
    final Map<Long, Integer> open = new HashMap<>();
    private final Map<Long, String> names = new HashMap<>();
    private final Map<Long, String> noteNames = new HashMap<>();

    record Slice(long track, String name, String around, long begin, long end, List<Long> flows) {}

    record Instant(long track, String name, Map<String, String> notes, TrackEvent event) {}

    private record Begun(String name, long nanos, List<Long> flows) {}

    static ReadTrace of(Path file) throws IOException {
        ReadTrace read = new ReadTrace();
        List<TracePacket> packets = new ArrayList<>();
        for (TracePacket packet : Trace.parseFrom(Files.readAllBytes(file)).getPacketList()) {
            packet.getInternedData().getEventNamesList().forEach(name -> read.names.put(name.getIid(), name.getName()));
            packet.getInternedData()
                    .getDebugAnnotationNamesList()
                    .forEach(name -> read.noteNames.put(name.getIid(), name.getName()));
            if (packet.hasTrackDescriptor()) {
                read.tracks.put(packet.getTrackDescriptor().getUuid(), packet.getTrackDescriptor());
            } else {
                packets.add(packet);
            }
        }
        packets.sort(Comparator.comparingLong(TracePacket::getTimestamp));
        Map<Long, Deque<Begun>> stacks = new HashMap<>();
        for (TracePacket packet : packets) {
            TrackEvent event = packet.getTrackEvent();
            read.take(
                    packet.getTimestamp(),
                    event,
                    stacks.computeIfAbsent(event.getTrackUuid(), _ -> new ArrayDeque<>()));
        }
        stacks.forEach((track, stack) -> read.open.put(track, stack.size()));
        return read;
    }

    private void take(long nanos, TrackEvent event, Deque<Begun> stack) {
        String name = names.getOrDefault(event.getNameIid(), event.getName());
        switch (event.getType()) {
            case TYPE_SLICE_BEGIN -> stack.push(new Begun(name, nanos, event.getFlowIdsList()));
            case TYPE_SLICE_END -> {
                Begun begun = stack.pop();
                String around = stack.isEmpty() ? "" : stack.peek().name();
                slices.add(new Slice(event.getTrackUuid(), begun.name(), around, begun.nanos(), nanos, begun.flows()));
            }
            case TYPE_INSTANT -> instants.add(new Instant(event.getTrackUuid(), name, notes(event), event));
            case TYPE_COUNTER, TYPE_UNSPECIFIED -> {}
        }
    }

    private Map<String, String> notes(TrackEvent event) {
        Map<String, String> notes = new HashMap<>();
        for (DebugAnnotation note : event.getDebugAnnotationsList()) {
            String value = note.hasStringValue() ? note.getStringValue() : Long.toString(note.getIntValue());
            notes.put(noteNames.getOrDefault(note.getNameIid(), ""), value);
        }
        return notes;
    }

    List<Slice> named(String name) {
        return slices.stream().filter(slice -> slice.name().equals(name)).toList();
    }
}

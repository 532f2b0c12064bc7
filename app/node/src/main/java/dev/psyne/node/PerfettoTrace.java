package dev.psyne.node;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a Perfetto trace, packet by packet: tracks of one process, and slices, instants and counter values on them.
 * Times are nanoseconds on one clock and need not come in order; the reader sorts. Memory is bounded by the names kept.
 */
final class PerfettoTrace {
    /** Different names that are written once and then referred to; later ones are written out each time. */
    private static final int INTERNED_NAMES = 1 << 14;

    private static final long SEQUENCE = 1;
    private static final long PROCESS_TRACK = 1;

    private final OutputStream out;
    private final ProtobufMessage trace = new ProtobufMessage();
    private final ProtobufMessage packet = new ProtobufMessage();
    private final ProtobufMessage event = new ProtobufMessage();
    private final ProtobufMessage interned = new ProtobufMessage();
    private final ProtobufMessage part = new ProtobufMessage();
    private final Map<String, Integer> names = new HashMap<>();
    private final Map<String, Integer> annotationNames = new HashMap<>();
    private final long process;
    private boolean internsInThisPacket;
    private boolean first = true;
    private long lastTrack = PROCESS_TRACK;
    private long packets;

    /**
     * Begins a trace with the track of its process.
     *
     * @param process the process's number
     */
    PerfettoTrace(OutputStream out, long process, String name) throws IOException {
        this.out = out;
        this.process = process;
        part.clear().integer(PerfettoSchema.PROCESS_PID, process).text(PerfettoSchema.PROCESS_NAME, name);
        event.clear().integer(PerfettoSchema.TRACK_UUID, PROCESS_TRACK).message(PerfettoSchema.TRACK_PROCESS, part);
        writeTrack();
    }

    /** The track of the process itself. */
    long processTrack() {
        return PROCESS_TRACK;
    }

    /** A track for a thread of the process, by the number the kernel knows it by. */
    long thread(long number, String name) throws IOException {
        part.clear()
                .integer(PerfettoSchema.THREAD_PID, process)
                .integer(PerfettoSchema.THREAD_TID, number)
                .text(PerfettoSchema.THREAD_NAME, name);
        beginTrack(name).message(PerfettoSchema.TRACK_THREAD, part);
        writeTrack();
        return lastTrack;
    }

    /** A further track of the process. */
    long track(String name) throws IOException {
        beginTrack(name);
        writeTrack();
        return lastTrack;
    }

    /** A track of counter values, of the process. */
    long counter(String name) throws IOException {
        part.clear().integer(PerfettoSchema.COUNTER_UNIT, PerfettoSchema.UNIT_COUNT);
        beginTrack(name).message(PerfettoSchema.TRACK_COUNTER, part);
        writeTrack();
        return lastTrack;
    }

    /** Begins an event; to be followed by its further parts, then {@link #at}. */
    PerfettoTrace begin(long track, String name) {
        return event(PerfettoSchema.TYPE_BEGIN, track).name(name);
    }

    PerfettoTrace end(long track) {
        return event(PerfettoSchema.TYPE_END, track);
    }

    PerfettoTrace instant(long track, String name) {
        return event(PerfettoSchema.TYPE_INSTANT, track).name(name);
    }

    PerfettoTrace value(long track, long value) {
        event(PerfettoSchema.TYPE_COUNTER, track);
        event.integer(PerfettoSchema.EVENT_COUNTER_VALUE, value);
        return this;
    }

    /** Draws an arrow through all slices with this number. */
    PerfettoTrace flow(long number) {
        event.fixed64(PerfettoSchema.EVENT_FLOW, number);
        return this;
    }

    PerfettoTrace note(String name, long value) {
        int id = intern(PerfettoSchema.INTERNED_ANNOTATION_NAME, annotationNames, name);
        part.clear().integer(PerfettoSchema.ANNOTATION_NAME_ID, id).integer(PerfettoSchema.ANNOTATION_INTEGER, value);
        event.message(PerfettoSchema.EVENT_ANNOTATION, part);
        return this;
    }

    PerfettoTrace note(String name, String value) {
        int id = intern(PerfettoSchema.INTERNED_ANNOTATION_NAME, annotationNames, name);
        part.clear().integer(PerfettoSchema.ANNOTATION_NAME_ID, id).text(PerfettoSchema.ANNOTATION_TEXT, value);
        event.message(PerfettoSchema.EVENT_ANNOTATION, part);
        return this;
    }

    /**
     * A line of a call stack.
     *
     * @param line 0 or less if it is not known
     */
    record Frame(String function, String file, int line) {}

    /** The call stack of an event, outermost first. */
    PerfettoTrace stack(List<Frame> frames) {
        ProtobufMessage stack = new ProtobufMessage();
        for (Frame frame : frames) {
            part.clear()
                    .text(PerfettoSchema.FRAME_FUNCTION, frame.function())
                    .text(PerfettoSchema.FRAME_FILE, frame.file())
                    .integer(PerfettoSchema.FRAME_LINE, Math.max(0, frame.line()));
            stack.message(PerfettoSchema.CALL_STACK_FRAME, part);
        }
        event.message(PerfettoSchema.EVENT_CALL_STACK, stack);
        return this;
    }

    /** Writes the event that was begun. */
    void at(long nanos) throws IOException {
        packet.clear().integer(PerfettoSchema.PACKET_TIMESTAMP, nanos);
        if (internsInThisPacket) {
            packet.message(PerfettoSchema.PACKET_INTERNED_DATA, interned);
        }
        packet.message(PerfettoSchema.PACKET_EVENT, event);
        write();
    }

    long packets() {
        return packets;
    }

    private ProtobufMessage beginTrack(String name) {
        lastTrack++;
        return event.clear()
                .integer(PerfettoSchema.TRACK_UUID, lastTrack)
                .integer(PerfettoSchema.TRACK_PARENT, PROCESS_TRACK)
                .text(PerfettoSchema.TRACK_NAME, name);
    }

    private void writeTrack() throws IOException {
        packet.clear().message(PerfettoSchema.PACKET_TRACK, event);
        write();
    }

    private PerfettoTrace event(int type, long track) {
        internsInThisPacket = false;
        interned.clear();
        event.clear().integer(PerfettoSchema.EVENT_TYPE, type).integer(PerfettoSchema.EVENT_TRACK, track);
        return this;
    }

    private PerfettoTrace name(String name) {
        if (names.containsKey(name) || names.size() < INTERNED_NAMES) {
            event.integer(PerfettoSchema.EVENT_NAME_ID, intern(PerfettoSchema.INTERNED_NAME, names, name));
        } else {
            event.text(PerfettoSchema.EVENT_NAME, name);
        }
        return this;
    }

    private int intern(int index, Map<String, Integer> known, String text) {
        Integer id = known.get(text);
        if (id == null) {
            id = known.size() + 1;
            known.put(text, id);
            part.clear().integer(PerfettoSchema.INTERNED_ID, id).text(PerfettoSchema.INTERNED_TEXT, text);
            interned.message(index, part);
            internsInThisPacket = true;
        }
        return id;
    }

    private void write() throws IOException {
        packet.integer(PerfettoSchema.PACKET_SEQUENCE, SEQUENCE);
        packet.integer(
                PerfettoSchema.PACKET_SEQUENCE_FLAGS,
                first
                        ? PerfettoSchema.FLAG_STATE_CLEARED | PerfettoSchema.FLAG_NEEDS_STATE
                        : PerfettoSchema.FLAG_NEEDS_STATE);
        if (first) {
            packet.integer(PerfettoSchema.PACKET_IS_FIRST, 1);
            first = false;
        }
        trace.clear().message(PerfettoSchema.TRACE_PACKET, packet).writeTo(out);
        packets++;
    }
}

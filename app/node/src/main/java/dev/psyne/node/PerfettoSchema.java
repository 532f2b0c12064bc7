package dev.psyne.node;

/**
 * The numbers of Perfetto's published schema, by message and field (https://github.com/google/perfetto, protos/perfetto/trace:
 * trace.proto, trace_packet.proto, track_event/*.proto, interned_data/interned_data.proto).
 */
final class PerfettoSchema {
    static final int TRACE_PACKET = 1;

    static final int PACKET_TIMESTAMP = 8;
    static final int PACKET_SEQUENCE = 10;
    static final int PACKET_EVENT = 11;
    static final int PACKET_INTERNED_DATA = 12;
    static final int PACKET_SEQUENCE_FLAGS = 13;
    static final int PACKET_TRACK = 60;
    static final int PACKET_IS_FIRST = 87;

    static final int FLAG_STATE_CLEARED = 1;
    static final int FLAG_NEEDS_STATE = 2;

    static final int TRACK_UUID = 1;
    static final int TRACK_NAME = 2;
    static final int TRACK_PROCESS = 3;
    static final int TRACK_THREAD = 4;
    static final int TRACK_PARENT = 5;
    static final int TRACK_COUNTER = 8;

    static final int PROCESS_PID = 1;
    static final int PROCESS_NAME = 6;

    static final int THREAD_PID = 1;
    static final int THREAD_TID = 2;
    static final int THREAD_NAME = 5;

    static final int COUNTER_UNIT = 3;
    static final int UNIT_COUNT = 2;

    static final int INTERNED_NAME = 2;
    static final int INTERNED_ANNOTATION_NAME = 3;
    static final int INTERNED_ID = 1;
    static final int INTERNED_TEXT = 2;

    static final int EVENT_ANNOTATION = 4;
    static final int EVENT_TYPE = 9;
    static final int EVENT_NAME_ID = 10;
    static final int EVENT_TRACK = 11;
    static final int EVENT_NAME = 23;
    static final int EVENT_COUNTER_VALUE = 30;
    static final int EVENT_FLOW = 47;
    static final int EVENT_CALL_STACK = 55;

    static final int TYPE_BEGIN = 1;
    static final int TYPE_END = 2;
    static final int TYPE_INSTANT = 3;
    static final int TYPE_COUNTER = 4;

    static final int ANNOTATION_NAME_ID = 1;
    static final int ANNOTATION_INTEGER = 4;
    static final int ANNOTATION_TEXT = 6;

    static final int CALL_STACK_FRAME = 1;
    static final int FRAME_FUNCTION = 1;
    static final int FRAME_FILE = 2;
    static final int FRAME_LINE = 3;

    private PerfettoSchema() {}
}

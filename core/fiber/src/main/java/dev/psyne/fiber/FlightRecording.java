package dev.psyne.fiber;

import jdk.jfr.FlightRecorder;

/**
 * Whether events may be wanted. Asked before an event's class is touched: the first of them costs a tenth of a second, which
 * a process that never records should not pay.
 */
final class FlightRecording {
    private FlightRecording() {}

    /** Whether the recorder was started in this process, at whatever time. */
    static boolean isPossible() {
        return FlightRecorder.isInitialized();
    }
}

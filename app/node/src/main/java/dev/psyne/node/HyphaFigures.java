package dev.psyne.node;

import dev.psyne.hypha.HyphaStatistics;
import dev.psyne.telemetry.Meters;

/** What hypha's clients do, copied into the node's meters. */
final class HyphaFigures {
    private final Meters meters;
    private final HyphaPort hypha;

    HyphaFigures(Meters meters, HyphaPort hypha) {
        this.meters = meters;
        this.hypha = hypha;
    }

    /** Clients that are connected. */
    long clients() {
        return hypha.statistics().clients();
    }

    /** Brings the meters up to date. */
    void update() {
        HyphaStatistics now = hypha.statistics();
        gauge("psyne_hypha_clients", "Clients of hypha that are connected.", now.clients());
        gauge("psyne_hypha_workspaces", "Workspaces with somebody in them.", now.workspaces());
        gauge("psyne_hypha_services", "Services registered.", now.services());
        gauge("psyne_hypha_waiting_bytes", "Bytes that wait for clients that read slowly.", now.waitingBytes());
        counter("psyne_hypha_frames_total", "Frames routed.", now.frames());
        counter("psyne_hypha_calls_total", "Calls among them that wait for an answer.", now.calls());
        counter("psyne_hypha_bytes_total", "Bytes of the frames routed.", now.bytes());
        counter("psyne_hypha_refusals_total", "Frames that could not be delivered.", now.refusals());
    }

    private void gauge(String name, String help, long value) {
        meters.gauge(name, help).set(value);
    }

    private void counter(String name, String help, long value) {
        meters.counter(name, help).set(value);
    }
}

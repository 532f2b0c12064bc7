package dev.psyne.node;

import dev.psyne.fiber.FiberProvider;
import dev.psyne.platform.Availability;
import dev.psyne.platform.Machine;
import dev.psyne.platform.Probe;
import dev.psyne.tensor.KernelChoice;
import dev.psyne.tensor.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code psyne doctor}: what this machine has, and for what it lacks the reason and the cure. */
@Command(name = "doctor", description = "Says what this machine offers, and how to get what it lacks.")
final class DoctorCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<Probe> probes = new ArrayList<>(Machine.probes());
        probes.add(new Probe("heap", HeapProbe.probe()));
        probes.add(new Probe("fibers", FiberProvider.LOOP_FIBERS.availability()));
        probes.add(new Probe("kernels", Kernels.availability(KernelChoice.VECTOR)));
        if (asJson) {
            terminal.out().println(json(probes));
        } else {
            probes.forEach(this::print);
        }
        return ExitCode.DONE;
    }

    private void print(Probe probe) {
        switch (probe.availability()) {
            case Availability.Available(String what) -> terminal.out().printf("%-18s %s%n", probe.name(), what);
            case Availability.Unavailable(String why, String cure) ->
                terminal.out().printf("%-18s not available: %s%n%-18s cure: %s%n", probe.name(), why, "", cure);
        }
    }

    private static String json(List<Probe> probes) {
        JsonMapper json = new JsonMapper();
        ObjectNode root = json.createObjectNode();
        ArrayNode list = root.putArray("probes");
        for (Probe probe : probes) {
            ObjectNode node = list.addObject().put("name", probe.name());
            switch (probe.availability()) {
                case Availability.Available(String what) ->
                    node.put("available", true).put("what", what);
                case Availability.Unavailable(String why, String cure) ->
                    node.put("available", false).put("why", why).put("cure", cure);
            }
        }
        return json.writeValueAsString(root);
    }
}

package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Many runs of the simulated scheduler, {@code dev.psyne.proof.simulations} from the seed {@code dev.psyne.proof.seed} on. A
 * failure names the seed, shows the run's last steps, and says how to see it all again.
 */
class SimulationTest {
    private static final int RUNS = Integer.getInteger("dev.psyne.proof.simulations", 10_000);
    private static final long FIRST_SEED = Long.getLong("dev.psyne.proof.seed", 1);
    private static final int LINES_SHOWN = 200;
    private static final int RUNS_REPEATED = 50;

    @Test
    void noJobIsLostOrRunsTwiceAndNoWorkerSleepsOnWork() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
            List<String> violations = new Simulation(seed, false).run();
            if (!violations.isEmpty()) {
                show(seed, violations);
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + Math.min(RUNS, RUNS_REPEATED); seed++) {
            Simulation first = new Simulation(seed, false);
            Simulation second = new Simulation(seed, false);
            assertEquals(first.run(), second.run());
            assertEquals(first.trace.steps(), second.trace.steps(), "steps of seed " + seed);
            assertEquals(first.trace.hash(), second.trace.hash(), "hash of seed " + seed);
        }
    }

    private static void show(long seed, List<String> violations) {
        Simulation again = new Simulation(seed, true);
        List<String> violationsAgain = again.run();
        List<String> lines = again.trace.lines();
        fail("seed " + seed + ": " + violations
                + (violations.equals(violationsAgain) ? "" : ", again " + violationsAgain)
                + "\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()))
                + "\nto repeat: ./mvnw verify -pl proof -am -Dsurefire.failIfNoSpecifiedTests=false -Dtest=SimulationTest"
                + " -Ddev.psyne.proof.simulations=1 -Ddev.psyne.proof.seed=" + seed);
    }
}

package dev.psyne.channel.internal.ring;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The rings under every schedule the model checker tries. It does not see accesses of memory segments, so each call of
 * {@link RingMemory}, one load or store of the protocol, is declared an atomic step: a thread may be stopped before each. It
 * knows sequentially consistent memory only; what a processor or compiler reorders is for the stress tests.
 */
@Tag("proof")
class ModelCheckTest {
    private static final int SCENARIOS = Integer.getInteger("dev.psyne.proof.scenarios", 5);
    private static final int SCHEDULES = Integer.getInteger("dev.psyne.proof.schedules", 200);

    private static ModelCheckingOptions options(int threads) {
        return new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(SCHEDULES)
                .threads(threads)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(3)
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(RingMemory.class.getName())
                        .allMethods()
                        .treatAsAtomic())
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(RingPool.class.getName())
                        .allMethods()
                        .ignore())
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(Ends.class.getName())
                        .methods("first", "last", "write")
                        .treatAsAtomic());
    }

    @Test
    void theCheckerSeesTheLoadsAndStoresOfTheRings() {
        assertThrows(LincheckAssertionError.class, () -> options(2).check(BrokenModel.class));
    }

    @Test
    void oneToOneIsABoundedQueue() {
        options(2).sequentialSpecification(OneToOneModel.Queue.class).check(OneToOneModel.class);
    }

    @Test
    void manyToOneLosesNothingAndKeepsOrder() {
        options(3).sequentialSpecification(ManyToOneModel.Queue.class).check(ManyToOneModel.class);
    }

    @Test
    void slotsArriveOnce() {
        options(3).sequentialSpecification(SlotModel.Queue.class).check(SlotModel.class);
    }
}

package dev.psyne.fiber;

/** Writes the items of one subscription of a {@link JobPublisher}; its return completes the subscription, a failure fails it. */
@FunctionalInterface
public interface FlowJob<T> {
    void run(FlowWriter<T> writer) throws Exception;
}

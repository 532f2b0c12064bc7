package dev.psyne.channel.internal.ipc;

import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * One blocking call that an interrupt of its thread ends: the JDK's own way for calls it does not know, which runs a wake-up
 * on the interrupting thread.
 */
final class InterruptibleSleep extends AbstractInterruptibleChannel {
    private final Runnable wakeUp;

    InterruptibleSleep(Runnable wakeUp) {
        this.wakeUp = wakeUp;
    }

    @Override
    protected void implCloseChannel() {
        wakeUp.run();
    }

    void run(Runnable sleep) throws InterruptedException {
        try {
            begin();
            try {
                sleep.run();
            } finally {
                end(true);
            }
        } catch (ClosedByInterruptException interrupted) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (java.nio.channels.AsynchronousCloseException impossible) {
            throw new AssertionError(impossible);
        }
    }
}

package dev.psyne.hypha.internal.router;

import dev.psyne.fiber.Priority;
import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.HyphaLimits;
import dev.psyne.hypha.User;
import dev.psyne.hypha.internal.call.Endpoint;
import dev.psyne.hypha.internal.call.EndpointLimits;
import dev.psyne.hypha.internal.wire.Frame;
import java.util.function.LongSupplier;

/**
 * A part of this process that sends and receives frames. Those for it are read by the one who sends them; what they call
 * runs as a job.
 */
public final class LocalParticipant implements Participant {
    private final Membership membership;
    private final Endpoint endpoint;

    /** Not reached by frames until it has {@linkplain Router#join joined}. */
    public LocalParticipant(
            Address address,
            User user,
            Router router,
            Scheduler scheduler,
            Priority priority,
            HyphaLimits limits,
            LongSupplier nanoClock) {
        this.membership = Membership.of(address, user, limits.subscriptionsPerClient(), nanoClock.getAsLong());
        this.endpoint = new Endpoint(
                address.toString(),
                frame -> router.route(this, frame),
                job -> scheduler.spawn(priority, job),
                nanoClock,
                EndpointLimits.of(limits));
    }

    /** Its calls and services. */
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public Membership membership() {
        return membership;
    }

    @Override
    public void deliver(OutgoingFrame frame, Lane lane) {
        endpoint.receive(Frame.read(frame.toArray()));
    }

    /** Never: a frame is read as it is delivered. */
    @Override
    public boolean takesAtOnce() {
        return false;
    }

    @Override
    public int maxFrameBytes() {
        return Frame.MAX_BYTES;
    }

    @Override
    public long load() {
        return 0;
    }

    /** None: whoever sends it a frame carries it in. */
    @Override
    public long waitingBytes() {
        return 0;
    }

    @Override
    public void close(int code, String reason) {
        endpoint.close(reason);
    }
}

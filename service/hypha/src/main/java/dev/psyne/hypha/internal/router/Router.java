package dev.psyne.hypha.internal.router;

import dev.psyne.hypha.Permission;
import dev.psyne.hypha.User;
import dev.psyne.hypha.internal.wire.Frame;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames from one participant to another: resolves the address, writes who sent it on whose behalf, and hands on
 * what is behind the first map as it came. A frame for nobody is answered at once if its sender waits for an answer.
 * Any thread may call.
 */
public final class Router {
    /** The workspace of the server's own parts. */
    public static final String SERVER = Address.EVERY;

    private static final int MAX_ANSWER_BYTES = 64 << 10;

    private final Map<String, Map<String, Participant>> workspaces = new ConcurrentHashMap<>();
    private final LongAdder frames = new LongAdder();
    private final LongAdder calls = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private volatile @Nullable Participant manager;

    /** Who answers at every address of the server's workspace that nobody else has, such as those of an earlier run. */
    public void manager(Participant participant) {
        join(participant);
        manager = participant;
    }

    /** Lets frames reach {@code participant}; whoever had its address before is returned, and is reached no more. */
    public @Nullable Participant join(Participant participant) {
        Address address = participant.address();
        Participant[] before = new Participant[1];
        workspaces.compute(address.workspace(), (_, clients) -> {
            Map<String, Participant> joined = clients == null ? new ConcurrentHashMap<>(1) : clients;
            before[0] = joined.put(address.client(), participant);
            return joined;
        });
        return before[0];
    }

    /** Lets frames reach {@code participant} unless its address is another's; false if it is. */
    public boolean joinNew(Participant participant) {
        Address address = participant.address();
        boolean[] joined = new boolean[1];
        workspaces.compute(address.workspace(), (_, clients) -> {
            Map<String, Participant> all = clients == null ? new ConcurrentHashMap<>(1) : clients;
            joined[0] = all.putIfAbsent(address.client(), participant) == null;
            return all;
        });
        return joined[0];
    }

    /** Forgets {@code participant}; false if its address is another's by now, or nobody's. */
    public boolean leave(Participant participant) {
        Address address = participant.address();
        boolean[] removed = new boolean[1];
        workspaces.computeIfPresent(address.workspace(), (_, clients) -> {
            removed[0] = clients.remove(address.client(), participant);
            return clients.isEmpty() ? null : clients;
        });
        return removed[0];
    }

    /** Who is at an address, exactly. */
    public @Nullable Participant find(Address address) {
        Map<String, Participant> clients = workspaces.get(address.workspace());
        return clients == null ? null : clients.get(address.client());
    }

    /** Who is in a workspace now. */
    public List<Participant> participants(String workspace) {
        Map<String, Participant> clients = workspaces.get(workspace);
        return clients == null ? List.of() : List.copyOf(clients.values());
    }

    /** How many are in a workspace now. */
    public int count(String workspace) {
        Map<String, Participant> clients = workspaces.get(workspace);
        return clients == null ? 0 : clients.size();
    }

    /** Whether anybody is in a workspace. */
    public boolean isInhabited(String workspace) {
        return workspaces.containsKey(workspace);
    }

    /** The workspaces with somebody in them. */
    public Collection<String> workspaces() {
        return List.copyOf(workspaces.keySet());
    }

    /** Does something for each participant there is. */
    public void forEach(Consumer<Participant> action) {
        workspaces.values().forEach(clients -> clients.values().forEach(action));
    }

    /**
     * Routes a frame from a client.
     *
     * @param frame read during this call only
     * @return who was sent the frame, if it was one
     * @throws dev.psyne.rpc.BrokenFrameException if its first map is broken
     */
    public @Nullable Participant route(Participant sender, MemorySegment frame) {
        Envelope envelope = Envelope.scan(frame);
        Address to = Address.parse(envelope.to(), sender.address().workspace());
        return route(sender, envelope, to, target(to));
    }

    /**
     * Routes a frame from a client to one other if nobody has to wait for that.
     *
     * @param frame read during this call only
     * @return false if it is a frame for {@link #route(Participant, MemorySegment)}; nothing has been done with it then
     * @throws dev.psyne.rpc.BrokenFrameException if its first map is broken
     */
    public boolean routeAtOnce(Participant sender, MemorySegment frame) {
        Envelope envelope = Envelope.scan(frame);
        Address to = Address.parse(envelope.to(), sender.address().workspace());
        Participant target = target(to);
        if (target == null || !target.takesAtOnce()) {
            return false;
        }
        route(sender, envelope, to, target);
        return true;
    }

    private @Nullable Participant route(
            Participant sender, Envelope envelope, Address to, @Nullable Participant target) {
        frames.increment();
        bytes.add(envelope.bytes());
        boolean call = envelope.isCall();
        sender.traffic().sent(envelope.bytes(), call);
        if (call) {
            calls.increment();
        }
        if (to.client().equals(Address.EVERY)) {
            broadcast(sender, to.workspace(), envelope);
            return null;
        }
        if (target == null) {
            refuse(sender, to, envelope, "Target peer " + to + " is not connected");
            return null;
        }
        if (!envelope.isMethod() && !mayInform(sender, to.workspace())) {
            refuse(sender, to, envelope, "Permission denied: only calls go to workspace " + to.workspace());
            return null;
        }
        OutgoingFrame out =
                envelope.addressed(senderFields(sender, to), target.trusted().receiver());
        if (out.bytes() > target.maxFrameBytes()) {
            refuse(sender, to, envelope, tooLong(target, out.bytes()));
            return null;
        }
        deliver(target, out, envelope.lane(), call);
        return target;
    }

    /** Routes a frame from a part of this process. */
    public void route(Participant sender, Frame frame) {
        route(sender, MemorySegment.ofArray(frame.toBytes()));
    }

    /** Tells an event to all in a workspace that listen to it. */
    public void broadcast(
            Participant sender, String workspace, String type, Map<String, ? extends @Nullable Object> data) {
        Map<String, @Nullable Object> main = new LinkedHashMap<>();
        main.put("type", type);
        main.put("to", workspace + "/" + Address.EVERY);
        main.put("data", data);
        route(sender, new Frame(main, Frame.NO_EXTRA));
    }

    /** Frames routed so far. */
    public long frames() {
        return frames.sum();
    }

    /** Frames among them that call a method and wait for the answer. */
    public long calls() {
        return calls.sum();
    }

    /** Bytes of the frames routed so far. */
    public long bytes() {
        return bytes.sum();
    }

    /** Frames that could not be delivered. */
    public long refusals() {
        return refusals.sum();
    }

    private void broadcast(Participant sender, String workspace, Envelope envelope) {
        Map<String, Participant> clients = workspaces.get(workspace);
        if (!mayInform(sender, workspace)) {
            Address all = new Address(workspace, Address.EVERY);
            refuse(sender, all, envelope, "Permission denied: no events to workspace " + workspace);
            return;
        }
        if (clients == null) {
            return;
        }
        String type = envelope.type();
        OutgoingFrame out = null;
        for (Participant client : clients.values()) {
            if (client.subscriptions().types().contains(type)) {
                if (out == null) {
                    Address all = new Address(workspace, Address.EVERY);
                    out = OutgoingFrame.of(envelope.addressed(senderFields(sender, all), TrustedFields.receiver(all))
                            .toArray());
                }
                if (out.bytes() <= client.maxFrameBytes()) {
                    deliver(client, out, Lane.CALLS, false);
                } else {
                    refusals.increment();
                }
            }
        }
    }

    /** Whether messages that are no calls, which receivers take on trust, may go there. */
    private static boolean mayInform(Participant sender, String workspace) {
        String own = sender.address().workspace();
        return own.equals(workspace)
                || own.equals(SERVER)
                || sender.user().scope().allows(workspace, Permission.READ_WRITE);
    }

    private @Nullable Participant target(Address to) {
        Participant exact = find(to);
        return exact == null && to.workspace().equals(SERVER) ? manager : exact;
    }

    /** The server's own parts speak in the receiver's workspace: their own is none. */
    private static byte[] senderFields(Participant sender, Address to) {
        Address from = sender.address();
        return from.workspace().equals(SERVER)
                ? TrustedFields.sender(from, to.workspace(), sender.user())
                : sender.trusted().sender();
    }

    private static String tooLong(Participant target, int length) {
        return "The frame of " + length + " bytes is longer than the " + target.maxFrameBytes() + " that "
                + target.address() + " can read: send it in pieces";
    }

    /** Rejects the call in {@code envelope} in the name of the one it was for; nobody waits for other frames. */
    private void refuse(Participant sender, Address to, Envelope envelope, String reason) {
        refusals.increment();
        String session = envelope.session();
        if (session == null) {
            return;
        }
        User root = User.root();
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("_rtype", "error");
        error.put("_rvalue", reason);
        error.put("_rtrace", "");
        Map<String, @Nullable Object> main = new LinkedHashMap<>();
        main.put("type", "method");
        main.put("from", to.toString());
        main.put("to", sender.address().toString());
        main.put("method", session + ".reject");
        main.put("ws", sender.address().workspace());
        main.put("user", root.toMap());
        byte[] answer = new MessagePackWriter(MAX_ANSWER_BYTES, MessagePackLimits.MAX_DEPTH)
                .value(main)
                .value(Map.of("args", new ArrayList<>(List.of(error))))
                .toFrame();
        deliver(sender, OutgoingFrame.of(answer), Lane.CALLS, false);
    }

    private static void deliver(Participant target, OutgoingFrame frame, Lane lane, boolean call) {
        target.traffic().received(frame.bytes(), call);
        target.deliver(frame, lane);
    }
}

package dev.psyne.rpc.internal.region;

import dev.psyne.memory.Region;
import dev.psyne.platform.DescriptorSocket;
import dev.psyne.platform.MappableFile;
import dev.psyne.rpc.internal.region.ExchangePacket.What;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client's way to its node's exchange: a connection for each question, which the node answers at once. */
record RemoteRegions(Path exchange, String key) implements RegionSource {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private record Answer(ExchangePacket packet, @Nullable MappableFile file) {}

    /** Shows the node that this side can map what others share. */
    void join() throws IOException {
        done(ask(What.JOIN, 0, false, null));
    }

    @Override
    public int give(Region region, boolean isFile) throws IOException {
        return done(ask(What.GIVE, 0, isFile, region)).number();
    }

    @Override
    public @Nullable Known take(int number) throws IOException {
        Answer answer = ask(What.TAKE, number, false, null);
        MappableFile file = answer.file;
        if (file == null) {
            return null;
        }
        boolean isFile = answer.packet.isFile();
        return new Known(isFile ? Region.mapReadOnly(file) : Region.attach(file), isFile);
    }

    @Override
    public void drop(int number) throws IOException {
        done(ask(What.DROP, number, false, null));
    }

    private Answer ask(What what, int number, boolean isFile, @Nullable Region passed) throws IOException {
        try (DescriptorSocket socket = DescriptorSocket.connect(exchange)) {
            MemorySegment question = new ExchangePacket(what, key, number, isFile).bytes();
            if (passed == null) {
                socket.send(question, null);
            } else {
                passed.send(socket, question);
            }
            MemorySegment bytes = MemorySegment.ofArray(new byte[ExchangePacket.BYTES]);
            DescriptorSocket.Packet packet = socket.receive(bytes, PATIENCE);
            return new Answer(ExchangePacket.read(bytes, packet.bytes()), packet.file());
        }
    }

    private ExchangePacket done(Answer answer) throws IOException {
        if (answer.file != null) {
            answer.file.close();
        }
        if (answer.packet.what() != What.DONE) {
            throw new IOException("the node refuses at " + exchange + ": the connection is over, or shares too much");
        }
        return answer.packet;
    }
}

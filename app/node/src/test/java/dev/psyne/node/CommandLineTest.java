package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.ChannelDirectory;
import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.fiber.PinnedJob;
import dev.psyne.telemetry.Meters;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int psyne(String... arguments) {
        return Psyne.run(new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false), arguments);
    }

    @Test
    void anUnknownCommandSuggestsTheNearest() {
        assertEquals(ExitCode.USAGE, psyne("srve"));
        assertTrue(err.toString().contains("serve"), err.toString());
    }

    @Test
    void versionAsJson() {
        assertEquals(ExitCode.DONE, psyne("version", "--json"));
        assertTrue(new JsonMapper().readTree(out.toString()).hasNonNull("psyne"));
    }

    @Test
    void doctorSaysWhatIsThereAndHowToGetTheRest() {
        assertEquals(ExitCode.DONE, psyne("doctor", "--json"));
        for (JsonNode probe : new JsonMapper().readTree(out.toString()).path("probes")) {
            boolean available = probe.path("available").asBoolean();
            assertTrue(available ? probe.hasNonNull("what") : probe.hasNonNull("why") && probe.hasNonNull("cure"));
        }
    }

    @Test
    void statShowsTheChannelsOfADirectory(@TempDir Path folder) throws Exception {
        Path directory = folder.resolve("ipc");
        assertEquals(ExitCode.DONE, psyne("stat", "--directory", directory.toString()));
        assertTrue(out.toString().contains("no channels"), out.toString());
        try (Meters meters = Meters.create();
                Channels channels = new Channels(meters, directory);
                Sender sender = channels.sender("ipc:orders", ChannelOptions.standard());
                Receiver receiver = channels.receiver("ipc:orders", ChannelOptions.standard())) {
            sender.claim(100).commit();
            sender.claim(100).commit();
            assertEquals(1, receiver.poll(_ -> {}, 1));
            out.getBuffer().setLength(0);
            assertEquals(ExitCode.DONE, psyne("stat", "--json", "--directory", directory.toString()));
        }
        JsonNode channel =
                new JsonMapper().readTree(out.toString()).path("channels").path(0);
        assertEquals("ipc:orders", channel.path("channel").asString());
        assertEquals(4 << 20, channel.path("capacityBytes").asInt());
        long process = ProcessHandle.current().pid();
        assertEquals(">" + process + " <" + process, channel.path("processes").asString());
    }

    @Test
    void statShowsWhatANodeDoesAndWhatADeadOneDid(@TempDir Path folder) throws Exception {
        ChannelDirectory directory = ChannelDirectory.at(folder.resolve("ipc"));
        try (NodeMeters node = NodeMeters.create(directory);
                Channels channels = new Channels(node.meters(), directory.path())) {
            assertEquals(Optional.empty(), node.whyUnseen());
            Receiver receiver = channels.receiver("mem:tokens/1", ChannelOptions.standard());
            channels.sender("mem:tokens/1", ChannelOptions.standard()).claim(7).commit();
            assertEquals(1, receiver.poll(_ -> {}, 2));
            Meters.shared(directory.path(), "meters.999.ab", 8)
                    .counter("psyne_channel_messages_total", "Read.", Map.of("channel", "mem:old"))
                    .add(5);
            node.meters()
                    .gauge("psyne_model_batch", "Answers computed together.")
                    .set(3);
            assertEquals(
                    ExitCode.DONE, psyne("stat", "--directory", directory.path().toString()));
        }
        String table = out.toString();
        assertTrue(table.matches("(?s).*models of +batch +waiting.*\n\\d+ +3 .*"), table);
        assertTrue(
                table.matches("(?s).*mem:tokens +1 .*mem:old +5 .* 999 dead.*")
                        || table.matches("(?s).*mem:old +5 .* 999 dead.*mem:tokens +1 .*"),
                table);
    }

    @Test
    void statShowsTheJobThatWasLastPinnedWithItsStack(@TempDir Path folder) throws Exception {
        ChannelDirectory directory = ChannelDirectory.at(folder.resolve("ipc"));
        try (NodeMeters node = NodeMeters.create(directory)) {
            StackTraceElement frame = new StackTraceElement("app.Loader", "<clinit>", "Loader.java", 12);
            node.show(new PinnedJob("psyne-worker-1", Instant.EPOCH, List.of(frame)));
            assertEquals(
                    ExitCode.DONE, psyne("stat", "--directory", directory.path().toString()));
        }
        assertTrue(out.toString().contains("psyne-worker-1 held at 1970-01-01T00:00:00Z"), out.toString());
        assertTrue(out.toString().contains("at app.Loader.<clinit>(Loader.java:12)"), out.toString());
        try (Stream<Path> left = Files.list(directory.path())) {
            assertTrue(left.noneMatch(file -> file.toString().endsWith(".pin")));
        }
    }

    @Test
    void aMissingPictureIsOneSentence() {
        assertEquals(ExitCode.FAILED, psyne("ask", "nowhere.png", "what is this?"));
        assertEquals("psyne: there is no file nowhere.png." + System.lineSeparator(), err.toString());
    }

    @Test
    void aFileThatIsNoPictureIsOneSentence(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("note.txt"), "hello");
        assertEquals(
                ExitCode.FAILED,
                psyne("ask", file.toString(), "what is this?", "--model", RunningNode.MODEL.toString()));
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    @Test
    void aFolderWithoutAModelIsUnavailable(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("note.txt"), "hello");
        assertEquals(ExitCode.UNAVAILABLE, psyne("ask", file.toString(), "what?", "--model", folder.toString()));
        assertTrue(err.toString().contains("config.json"), err.toString());
    }

    @Test
    void otherMachinesAreServedOnlyWithTokenAndTls() {
        assertEquals(
                ExitCode.USAGE,
                psyne("serve", "--host", "0.0.0.0", "--port", "0", "--model", RunningNode.MODEL.toString()));
        assertTrue(err.toString().contains("--token"), err.toString());
        assertTrue(err.toString().contains("--insecure"), err.toString());
    }

    @Test
    void theSmallPresetServesTheEmbeddedModelAlone() {
        assertEquals(ExitCode.USAGE, psyne("serve", "--small", "--model", "scenes-2"));
        assertTrue(err.toString().contains("does not go with --model"), err.toString());
        assertEquals(ExitCode.USAGE, psyne("serve", "--small", "--threads", "2"));
        assertTrue(err.toString().contains("does not go with --threads"), err.toString());
    }

    @Test
    void limitsOfHyphasClientsAreCheckedBeforeTheNodeStarts() {
        assertEquals(
                ExitCode.USAGE,
                psyne("serve", "--port", "0", "--hypha-limit", "idleSeconds=9", "--hypha-limit", "clients=0"));
        assertTrue(err.toString().contains("clients must be at least 1: 0"), err.toString());
        assertEquals(ExitCode.USAGE, psyne("serve", "--port", "0", "--hypha-limit", "client=1"));
        assertTrue(err.toString().contains("there is no limit 'client'"), err.toString());
        assertEquals(ExitCode.USAGE, psyne("serve", "--port", "0", "--hypha-limit", "clients=many"));
    }

    @Test
    void serveNamesItsOptions() {
        assertEquals(ExitCode.DONE, psyne("serve", "--help"));
        assertTrue(out.toString().contains("--small"), out.toString());
    }

    @Test
    void aPortThatIsNoneIsAUsageError() {
        assertEquals(ExitCode.USAGE, psyne("serve", "--port", "70000"));
        assertTrue(err.toString().contains("70000"), err.toString());
    }
}

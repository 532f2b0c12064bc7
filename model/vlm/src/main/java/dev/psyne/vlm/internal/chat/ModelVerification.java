package dev.psyne.vlm.internal.chat;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.memory.Region;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelCheck.Finding;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.Digests;
import dev.psyne.vlm.internal.checkpoint.StoredTensor;
import dev.psyne.vlm.internal.packed.PackedCache;
import dev.psyne.vlm.internal.packed.PackedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks at a model's files one after the other; a broken one is a finding, and the next is looked at. */
public final class ModelVerification {
    private static final int SMOKE_TOKENS = 8;

    private final List<Finding> findings = new ArrayList<>();

    private ModelVerification() {}

    /** What is found out about a model. */
    public static List<Finding> check(Path path, Scheduler scheduler, ModelOptions options) {
        ModelVerification verification = new ModelVerification();
        verification.files(path);
        options.cache().ifPresent(directory -> verification.packed(path, directory, options));
        verification.look("answer", () -> answer(path, scheduler, options));
        return List.copyOf(verification.findings);
    }

    /** Every stage of a model beside what a reference recorded of it. */
    public static List<Finding> compare(Path path, Scheduler scheduler, ModelOptions options, Path goldens) {
        ModelVerification verification = new ModelVerification();
        try (ChatFiles files = ChatFiles.open(path, scheduler, options)) {
            verification.findings.addAll(GoldenComparison.run(files, goldens));
        } catch (RuntimeException e) {
            verification.findings.add(new Finding("goldens", false, String.valueOf(e.getMessage())));
        }
        return List.copyOf(verification.findings);
    }

    /** What one look finds. */
    private interface Look {
        String find() throws IOException, InterruptedException;
    }

    private void look(String what, Look look) {
        try {
            findings.add(new Finding(what, true, look.find()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            findings.add(new Finding(what, false, "interrupted"));
        } catch (IOException | RuntimeException e) {
            findings.add(new Finding(what, false, String.valueOf(e.getMessage())));
        }
    }

    private void files(Path path) {
        if (Files.exists(path.resolve("model.json"))) {
            // Loading compares the hashes of our own models with those in model.json.
            return;
        }
        ChatSource source;
        try {
            source = ChatSource.open(path);
        } catch (ModelException e) {
            findings.add(new Finding("files", false, String.valueOf(e.getMessage())));
            return;
        }
        try (Checkpoint checkpoint = source.checkpoint()) {
            for (Path file : source.files()) {
                look("SHA-256 of " + file.getFileName(), () -> hash(file));
            }
            look("tensors", () -> tensors(checkpoint));
        }
    }

    private static String hash(Path file) throws IOException {
        try (Region region = Region.mapReadOnly(file)) {
            return Digests.sha256(region.segment());
        }
    }

    private static String tensors(Checkpoint checkpoint) {
        int count = 0;
        for (String name : checkpoint.names()) {
            StoredTensor tensor = checkpoint.tensor(name);
            if (tensor.type().readable()) {
                tensor.requireFinite();
                count++;
            }
        }
        return count + ", all of finite numbers";
    }

    private void packed(Path path, Path directory, ModelOptions options) {
        for (Path file : new PackedCache(directory).files(path, options.precision())) {
            if (Files.exists(file)) {
                look("packed weights", () -> verify(file));
            }
        }
    }

    private static String verify(Path file) {
        try (PackedFile packed = PackedFile.open(file)) {
            packed.verify();
            return packed.bytes() + " bytes in " + file;
        }
    }

    private static String answer(Path path, Scheduler scheduler, ModelOptions options) throws InterruptedException {
        try (Model model = Model.load(path, scheduler, options)) {
            int size = model.info().imageSize();
            Conversation conversation = model.info().takesPictures()
                    ? Conversation.about(
                            Picture.of(size, size, new byte[Picture.CHANNELS * size * size]),
                            "What is in this picture?")
                    : Conversation.of("What is the capital of France?");
            Answer answer = model.answer(conversation, Sampling.greedy().withMaxTokens(SMOKE_TOKENS), token -> true);
            return answer.tokens() + " tokens after " + answer.promptTokens() + ", held as "
                    + model.info().weights();
        }
    }
}

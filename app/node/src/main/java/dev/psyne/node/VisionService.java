package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.HyphaCall;
import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.HyphaService;
import dev.psyne.hypha.Visibility;
import dev.psyne.memory.ByteBudget;
import dev.psyne.vlm.ModelInfo;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The node's models for hypha's clients: {@code ask} gives the words of an answer as they come, {@code answer} the whole with
 * its figures, {@code models} those there are.
 */
final class VisionService {
    static final String ID = "vision";

    private final Vision vision;
    private final Scheduler scheduler;
    private final ByteBudget budget;

    VisionService(Vision vision, Scheduler scheduler, ByteBudget budget) {
        this.vision = vision;
        this.scheduler = scheduler;
        this.budget = budget;
    }

    HyphaService service() {
        return HyphaService.builder(ID)
                .name("Vision")
                .type("vision-language-model")
                .description("Answers questions about pictures.")
                .visibility(Visibility.PUBLIC)
                .method("ask", VisionSchema.ask("Answers a question about a picture, word by word."), this::ask)
                .method("answer", VisionSchema.ask("Answers a question about a picture."), this::answer)
                .method("models", VisionSchema.models(), _ -> models())
                .build();
    }

    private Object ask(HyphaCall call) {
        AnswerWords words = new AnswerWords(vision, budget, VisionCall.question(call));
        scheduler.spawn(words::run);
        return words;
    }

    private Object answer(HyphaCall call) throws InterruptedException {
        AnswerWords words = new AnswerWords(vision, budget, VisionCall.question(call));
        scheduler.spawn(words::run);
        try (words) {
            while (!call.cancelled() && words.hasNext()) {
                words.next();
            }
            return words.answer().map(AnswerFields::of).orElseThrow(() -> new HyphaException("the caller has gone"));
        }
    }

    private List<Map<String, @Nullable Object>> models() {
        return vision.models().seen().stream().map(VisionService::describe).toList();
    }

    private static Map<String, @Nullable Object> describe(ServedModels.Seen model) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", model.source().name());
        fields.put("state", model.state().name().toLowerCase(Locale.ROOT));
        fields.put("talks", model.source().talks());
        fields.put("problem", model.problem());
        model.info().ifPresent(info -> describe(fields, info));
        return fields;
    }

    private static void describe(Map<String, @Nullable Object> fields, ModelInfo info) {
        fields.put("description", info.description());
        fields.put("knows", info.knows());
        fields.put("parameters", info.parameters());
        fields.put("pictures", (long) info.questionPictures());
    }

    /** What the pictures of a question take as they came. */
    static long bytes(Question question) {
        return question.pictures().stream().mapToLong(MemorySegment::byteSize).sum();
    }
}

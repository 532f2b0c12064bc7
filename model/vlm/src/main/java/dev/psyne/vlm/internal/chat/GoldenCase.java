package dev.psyne.vlm.internal.chat;

import dev.psyne.image.ImageDecoder;
import dev.psyne.image.ImageLimits;
import dev.psyne.image.Picture;
import dev.psyne.memory.Region;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * One conversation of a {@code golden.json}, and what the reference made of it.
 *
 * @param name of the case; the stages' tensors begin with it
 * @param splits whether pictures were cut as the model's preprocessor says; false if they were left whole
 * @param inputIds of the prompt, a picture's rows each as the image token
 * @param positions whose logits were recorded
 * @param greedyIds of the continuation
 */
record GoldenCase(
        String name, Conversation conversation, boolean splits, int[] inputIds, int[] positions, int[] greedyIds) {
    private static final int MAX_TOKENS = 1 << 20;
    private static final int MAX_MESSAGES = 1024;

    /** All cases of a directory; pictures are in {@code images} beside it. */
    static List<GoldenCase> read(Path directory) {
        JsonFields cases = JsonFields.read(directory.resolve("golden.json")).child("cases");
        List<GoldenCase> read = new ArrayList<>();
        for (String name : cases.keys()) {
            read.add(of(name, cases.child(name), directory.resolveSibling("images")));
        }
        return read;
    }

    private static GoldenCase of(String name, JsonFields fields, Path images) {
        List<Picture> pictures = new ArrayList<>();
        for (String file : fields.texts("images", MAX_MESSAGES)) {
            if (file.indexOf('/') >= 0 || file.indexOf('\\') >= 0) {
                throw fields.refuse("images", file, "the name of a file in " + images);
            }
            pictures.add(picture(images.resolve(file)));
        }
        int[] inputIds = ids(fields, "input_ids");
        return new GoldenCase(
                name,
                conversation(fields, pictures.iterator()),
                !fields.has("options") || fields.child("options").flag("do_image_splitting", true),
                inputIds,
                fields.integers("logits_positions", 1, inputIds.length, 0, inputIds.length - 1),
                ids(fields, "greedy_ids"));
    }

    private static int[] ids(JsonFields fields, String key) {
        return fields.integers(key, 1, MAX_TOKENS, 0, MAX_TOKENS);
    }

    private static Picture picture(Path file) {
        try (Region region = Region.mapReadOnly(file)) {
            return new ImageDecoder(ImageLimits.standard()).decode(region.segment());
        } catch (IOException e) {
            throw new ModelException(file, "file", e.toString(), "a picture", e);
        }
    }

    private static Conversation conversation(JsonFields fields, Iterator<Picture> pictures) {
        List<Conversation.Turn> turns = new ArrayList<>();
        for (JsonFields message : fields.children("messages", MAX_MESSAGES)) {
            List<Conversation.Part> parts = new ArrayList<>();
            for (JsonFields part : message.children("content", MAX_MESSAGES)) {
                String type = part.text("type");
                if (type.equals("image") && !pictures.hasNext()) {
                    throw part.refuse("type", "a picture more", "as many as there are images");
                }
                parts.add(
                        type.equals("image")
                                ? new Conversation.Image(pictures.next())
                                : new Conversation.Text(part.text("text")));
            }
            String role = message.text("role");
            turns.add(new Conversation.Turn(role(message, role), parts));
        }
        return new Conversation(turns);
    }

    private static Conversation.Role role(JsonFields message, String name) {
        for (Conversation.Role role : Conversation.Role.values()) {
            if (role.name().toLowerCase(Locale.ROOT).equals(name)) {
                return role;
            }
        }
        throw message.refuse("role", name, "one of " + List.of(Conversation.Role.values()));
    }
}

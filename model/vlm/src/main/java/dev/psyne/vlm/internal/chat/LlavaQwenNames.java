package dev.psyne.vlm.internal.chat;

import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.RenamedCheckpoint.Place;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names FastVLM's tensors have as Apple published them (github.com/apple/ml-fastvlm, {@code mobileclip/mci.py}), as those
 * of transformers ({@code convert_fastvlm_weights_to_hf.py}). The tower's parts are numbered through there: blocks of a
 * stage, what makes its pixels fewer, where the pixels are.
 */
final class LlavaQwenNames {
    static final String TOWER = "model.vision_tower.vision_tower.model.";
    static final String TOWER_HERE = "model.vision_tower.timm_model.";

    /** The stage of each numbered part. */
    private static final int[] STAGES = {0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4};

    /** The parts that are blocks, by stage. */
    private static final int[] BLOCKS = {0, 2, 4, 7, 10};

    private static final Pattern NUMBERED = Pattern.compile("network\\.(\\d{1,2})\\.(.*)");

    private LlavaQwenNames() {}

    /** The tensors by the names of transformers; those nobody asks for are left out. */
    static Map<String, Place> places(Checkpoint checkpoint) {
        Map<String, Place> places = new LinkedHashMap<>();
        for (String name : checkpoint.names()) {
            String found = name.startsWith(TOWER) ? tower(name.substring(TOWER.length())) : language(name);
            if (!found.isEmpty()) {
                places.put(found, new Place(checkpoint, name));
            }
        }
        return places;
    }

    private static String language(String name) {
        if (name.startsWith("model.mm_projector.")) {
            return name.replace("model.mm_projector.0.", "model.multi_modal_projector.linear_1.")
                    .replace("model.mm_projector.2.", "model.multi_modal_projector.linear_2.");
        }
        return name.startsWith("model.") ? "model.language_" + name : name;
    }

    private static String tower(String name) {
        if (name.startsWith("head.")) {
            return "";
        }
        Matcher numbered = NUMBERED.matcher(name);
        String here = numbered.matches() ? numbered(numbered) : name;
        return TOWER_HERE
                + here.replace("patch_embed.", "stem.")
                        .replace("conv_exp.", "final_conv.")
                        .replace("se.reduce.", "se.fc1.")
                        .replace("se.expand.", "se.fc2.")
                        .replace("convffn.", "mlp.")
                        .replace("lkb_reparam.", "reparam_conv.")
                        .replaceFirst("(layer_scale(_[12])?)$", "$1.gamma");
    }

    private static String numbered(Matcher name) {
        int number = Integer.parseInt(name.group(1));
        if (number >= STAGES.length) {
            return name.group();
        }
        String stage = "stages." + STAGES[number] + ".";
        if (BLOCKS[STAGES[number]] == number) {
            return stage + "blocks." + name.group(2);
        }
        return stage + (name.group(2).startsWith("proj.") ? "downsample." : "pos_emb.") + name.group(2);
    }
}

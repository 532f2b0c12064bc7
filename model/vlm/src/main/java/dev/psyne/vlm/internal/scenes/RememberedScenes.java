package dev.psyne.vlm.internal.scenes;

import dev.psyne.vlm.internal.vision.PictureDigest;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** The scenes that were asked about last. Safe for any thread. */
final class RememberedScenes {
    private final int most;
    private final LinkedHashMap<PictureDigest, Scene> scenes = new LinkedHashMap<>(16, 0.75f, true);

    RememberedScenes(int most) {
        this.most = most;
    }

    synchronized @Nullable Scene get(PictureDigest digest) {
        return scenes.get(digest);
    }

    synchronized void put(PictureDigest digest, Scene scene) {
        scenes.put(digest, scene);
        if (scenes.size() > most) {
            scenes.pollFirstEntry();
        }
    }

    synchronized void clear() {
        scenes.clear();
    }
}

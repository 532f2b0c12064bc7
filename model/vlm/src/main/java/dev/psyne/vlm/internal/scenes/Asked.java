package dev.psyne.vlm.internal.scenes;

import java.util.Map;

/**
 * A question as the decoder gets it.
 *
 * @param prompt its tokens with their frame
 * @param features of the picture, as the text side is to read them
 * @param spoken what words of the answer are replaced by, by their ids
 */
record Asked(int[] prompt, SceneFeatures features, Map<Integer, String> spoken) {}

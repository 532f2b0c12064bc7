package dev.psyne.vlm;

import dev.psyne.image.Picture;
import java.util.List;

/** The pictures of a lesson, asked for once each and in order, so that only one needs to be in memory. */
public interface LessonPictures {
    /** How many there are. */
    int count();

    /**
     * One of them, from 0; the one before is not looked at any more.
     *
     * @throws InterruptedException if the thread is interrupted while it waits for memory
     */
    Picture picture(int index) throws InterruptedException;

    /** Pictures that are there already. */
    static LessonPictures of(List<Picture> pictures) {
        List<Picture> all = List.copyOf(pictures);
        return new LessonPictures() {
            @Override
            public int count() {
                return all.size();
            }

            @Override
            public Picture picture(int index) {
                return all.get(index);
            }
        };
    }
}

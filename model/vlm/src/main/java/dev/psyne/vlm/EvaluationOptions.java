package dev.psyne.vlm;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a model is evaluated on, and how.
 *
 * @param questions the questions file of VQA v2, or of CLEVR
 * @param annotations VQA's annotations; empty for CLEVR, whose questions hold their answers
 * @param images directory of the pictures, or the one in which a directory named like the split holds them
 * @param limit ask at most so many questions, drawn by the seed; all without one
 * @param seed of what is drawn: the questions of a limit, the pictures of a shuffle, the samples of the report
 * @param shuffleImages whether each question is also asked about the picture of another: the blind score
 * @param missing what a picture means that is not there or cannot be decoded
 * @param picturesAtOnce so many pictures are looked at at the same time; 1 makes the answers of a model that computes
 *     several together the same each time
 * @param results where the answers go, in the official form; beside it lies the journal
 * @param resume whether to go on from the journal, if there is one; without it there must be none
 * @param report where the page of HTML goes
 */
public record EvaluationOptions(
        Path questions,
        Optional<Path> annotations,
        Path images,
        OptionalLong limit,
        long seed,
        boolean shuffleImages,
        MissingPicture missing,
        int picturesAtOnce,
        Optional<Path> results,
        boolean resume,
        Optional<Path> report) {
    /** Most pictures looked at at the same time. */
    public static final int MAX_PICTURES_AT_ONCE = 64;

    /** Checks the numbers and that a journal has a place. */
    public EvaluationOptions {
        Objects.requireNonNull(questions, "questions");
        Objects.requireNonNull(images, "images");
        if (limit.isPresent() && limit.getAsLong() < 1) {
            throw new IllegalArgumentException(
                    "the limit is " + limit.getAsLong() + " questions; give 1 or more, or none for all");
        }
        if (picturesAtOnce < 1 || picturesAtOnce > MAX_PICTURES_AT_ONCE) {
            throw new IllegalArgumentException(
                    "the pictures at once must be 1 to " + MAX_PICTURES_AT_ONCE + ", not " + picturesAtOnce);
        }
        if (resume && results.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is nothing to resume without a results file; name the one that was being written");
        }
    }

    /** What a picture means that is not there or cannot be decoded. */
    public enum MissingPicture {
        /** Its questions are left out of every score, counted and reported. */
        SKIP,
        /** The evaluation fails and names it. */
        FAIL
    }

    /** All questions, asked of as many pictures at once as there are processors, nothing written. */
    public static EvaluationOptions of(Path questions, Optional<Path> annotations, Path images) {
        return new EvaluationOptions(
                questions,
                annotations,
                images,
                OptionalLong.empty(),
                1,
                false,
                MissingPicture.FAIL,
                Math.min(Runtime.getRuntime().availableProcessors(), MAX_PICTURES_AT_ONCE),
                Optional.empty(),
                false,
                Optional.empty());
    }

    /** These options with questions drawn by a seed, at most so many. */
    public EvaluationOptions withSample(OptionalLong most, long drawnBy) {
        return new EvaluationOptions(
                questions,
                annotations,
                images,
                most,
                drawnBy,
                shuffleImages,
                missing,
                picturesAtOnce,
                results,
                resume,
                report);
    }

    /** These options with or without the blind score. */
    public EvaluationOptions withShuffleImages(boolean shuffle) {
        return new EvaluationOptions(
                questions, annotations, images, limit, seed, shuffle, missing, picturesAtOnce, results, resume, report);
    }

    /** These options with another meaning of a missing picture. */
    public EvaluationOptions withMissing(MissingPicture policy) {
        return new EvaluationOptions(
                questions,
                annotations,
                images,
                limit,
                seed,
                shuffleImages,
                policy,
                picturesAtOnce,
                results,
                resume,
                report);
    }

    /** These options with another number of pictures at once. */
    public EvaluationOptions withPicturesAtOnce(int count) {
        return new EvaluationOptions(
                questions, annotations, images, limit, seed, shuffleImages, missing, count, results, resume, report);
    }

    /** These options with a results file, begun anew or gone on with. */
    public EvaluationOptions withResults(Optional<Path> file, boolean goOn) {
        return new EvaluationOptions(
                questions,
                annotations,
                images,
                limit,
                seed,
                shuffleImages,
                missing,
                picturesAtOnce,
                file,
                goOn,
                report);
    }

    /** These options with a page of HTML. */
    public EvaluationOptions withReport(Optional<Path> page) {
        return new EvaluationOptions(
                questions,
                annotations,
                images,
                limit,
                seed,
                shuffleImages,
                missing,
                picturesAtOnce,
                results,
                resume,
                page);
    }
}

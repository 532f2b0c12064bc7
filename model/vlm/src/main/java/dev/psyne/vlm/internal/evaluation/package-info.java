/** Evaluation on published sets of questions: readers, metrics, journal, report. */
@NullMarked
package dev.psyne.vlm.internal.evaluation;

import org.jspecify.annotations.NullMarked;

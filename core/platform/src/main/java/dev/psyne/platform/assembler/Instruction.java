package dev.psyne.platform.assembler;

import java.util.List;

/** One step of a program, as a value. Operands are in Intel's order, the destination first. */
public sealed interface Instruction {

    /**
     * An instruction over general purpose registers.
     *
     * @param immediate the number, where {@code operation} has one
     */
    record General(GeneralOperation operation, List<Operand> operands, long immediate) implements Instruction {}

    /**
     * An instruction over vector registers.
     *
     * @param immediate the number of 8 bits, where {@code operation} has one
     */
    record Vector(VectorOperation operation, List<Operand> operands, int immediate) implements Instruction {}

    /** A jump to a label of the same program. */
    record Jump(Condition condition, Label label) implements Instruction {}

    /** Where a label is; no code. */
    record Place(Label label) implements Instruction {}
}

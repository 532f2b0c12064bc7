package dev.psyne.platform.assembler;

/** What an instruction reads or writes, other than an immediate number. */
public sealed interface Operand {

    /** A general purpose register or memory. */
    sealed interface General extends Operand permits GeneralRegister, Memory {}

    /** A vector register or memory. */
    sealed interface Vector extends Operand permits VectorRegister, Memory {}
}

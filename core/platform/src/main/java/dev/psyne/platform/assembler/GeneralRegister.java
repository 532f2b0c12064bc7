package dev.psyne.platform.assembler;

/** The general purpose registers, 64 bits wide, in the order of their numbers. */
public enum GeneralRegister implements Operand.General {
    RAX,
    RCX,
    RDX,
    RBX,
    RSP,
    RBP,
    RSI,
    RDI,
    R8,
    R9,
    R10,
    R11,
    R12,
    R13,
    R14,
    R15
}

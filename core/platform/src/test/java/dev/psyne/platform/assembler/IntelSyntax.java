package dev.psyne.platform.assembler;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Instructions as GNU as reads them after {@code .intel_syntax noprefix}. */
final class IntelSyntax {
    private IntelSyntax() {}

    static String of(Instruction instruction) {
        return switch (instruction) {
            case Instruction.General general -> general(general);
            case Instruction.Vector vector -> vector(vector);
            case Instruction.Jump(Condition condition, Label label) -> mnemonic(condition) + " " + label;
            case Instruction.Place(Label label) -> label + ":";
        };
    }

    private static String mnemonic(Condition condition) {
        return switch (condition) {
            case EQUAL -> "je";
            case NOT_EQUAL -> "jne";
            case LESS -> "jl";
            case GREATER_OR_EQUAL -> "jge";
            case ALWAYS -> "jmp";
        };
    }

    private static String general(Instruction.General general) {
        GeneralOperation operation = general.operation();
        String name = operation.name().toLowerCase(Locale.ROOT);
        String operands = general.operands().stream().map(IntelSyntax::operand).collect(Collectors.joining(", "));
        return switch (operation) {
            case MOV_NUMBER -> number((GeneralRegister) general.operands().getFirst(), general.immediate());
            case SHL, SHR -> name + " " + operands + ", " + general.immediate();
            case ADD, OR, AND, SUB, XOR, CMP ->
                general.operands().size() == 2
                        ? name + " " + operands
                        : name
                                + " qword ptr "
                                        .repeat(general.operands().getFirst() instanceof Memory ? 1 : 0)
                                        .stripTrailing()
                                + " " + operands + ", " + general.immediate();
            default -> (name + " " + operands).strip();
        };
    }

    private static String number(GeneralRegister register, long value) {
        if (value >>> Integer.SIZE != 0) {
            return "movabs " + operand(register) + ", " + value;
        }
        String name = operand(register);
        return "mov " + (register.ordinal() < 8 ? "e" + name.substring(1) : name + "d") + ", " + value;
    }

    private static String vector(Instruction.Vector vector) {
        VectorOperation operation = vector.operation();
        String name = operation.name().toLowerCase(Locale.ROOT).replace("_store", "");
        // The assembler prefers AVX-512 for this one even where VEX would do.
        boolean vnniByVex = operation == VectorOperation.VPDPBUSD
                && vector.operands().stream().noneMatch(IntelSyntax::needsEvex);
        Stream<String> operands = vector.operands().stream().map(IntelSyntax::operand);
        if (operation.hasImmediate()) {
            operands = Stream.concat(operands, Stream.of(Integer.toString(vector.immediate())));
        }
        return ((vnniByVex ? "{vex} " : "") + name + " " + operands.collect(Collectors.joining(", "))).strip();
    }

    private static boolean needsEvex(Operand operand) {
        return operand instanceof VectorRegister(int number, int bytes) && (number > 15 || bytes == 64);
    }

    private static String operand(Operand operand) {
        return switch (operand) {
            case GeneralRegister general -> general.name().toLowerCase(Locale.ROOT);
            case VectorRegister(int number, int bytes) -> (bytes == 64 ? "z" : bytes == 32 ? "y" : "x") + "mm" + number;
            case Memory memory -> memory(memory);
        };
    }

    private static String memory(Memory memory) {
        GeneralRegister index = memory.index();
        String indexed = index == null ? "" : "+" + operand(index) + "*" + memory.scale();
        int displacement = memory.displacement();
        return "[" + operand(memory.base()) + indexed + (displacement < 0 ? "" : "+") + displacement + "]";
    }
}

package dev.psyne.bench.fiber;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.AccessFlag;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tells the instructions that a processor has to carry out atomically or in order: calls of a {@code VarHandle} or of a class
 * of {@code java.util.concurrent.atomic}, and stores to volatile fields of the classes that can be read.
 */
final class AtomicInstruction {
    private static final String HANDLE = "java/lang/invoke/VarHandle";
    private static final String ATOMICS = "java/util/concurrent/atomic/";

    /** How the names begin of what reads, changes and writes in one. */
    private static final List<String> READ_MODIFY_WRITES = List.of(
            "compareAnd",
            "weakCompareAnd",
            "getAnd",
            "incrementAnd",
            "decrementAnd",
            "addAnd",
            "updateAnd",
            "accumulateAnd");

    /** Those of the striped adders, which are nothing but that. */
    private static final List<String> ADDERS = List.of("add", "increment", "decrement", "accumulate");

    private static final List<String> ORDERED = List.of("setVolatile", "fullFence");

    /** What an instruction is. */
    enum Kind {
        /** One indivisible operation that reads and writes. */
        READ_MODIFY_WRITE,

        /** A store, or a fence, that no later load may pass. */
        ORDERED_STORE,

        /** Anything else. */
        OTHER
    }

    private final Function<String, Optional<ClassModel>> classes;

    /**
     * Tells instructions of some classes.
     *
     * @param classes answers the class of an internal name
     */
    AtomicInstruction(Function<String, Optional<ClassModel>> classes) {
        this.classes = classes;
    }

    Kind kind(CodeElement instruction) {
        return switch (instruction) {
            case InvokeInstruction call ->
                kind(call.owner().asInternalName(), call.name().stringValue());
            case FieldInstruction access when isStoreToVolatile(access) -> Kind.ORDERED_STORE;
            default -> Kind.OTHER;
        };
    }

    private static Kind kind(String owner, String method) {
        boolean isAtomic = owner.startsWith(ATOMICS);
        if (!isAtomic && !owner.equals(HANDLE)) {
            return Kind.OTHER;
        }
        boolean isAdder = owner.endsWith("Adder") || owner.endsWith("Accumulator");
        if ((isAdder ? ADDERS : READ_MODIFY_WRITES).stream().anyMatch(method::startsWith)) {
            return Kind.READ_MODIFY_WRITE;
        }
        boolean isPlainSet = isAtomic && method.equals("set");
        return isPlainSet || ORDERED.contains(method) ? Kind.ORDERED_STORE : Kind.OTHER;
    }

    private boolean isStoreToVolatile(FieldInstruction access) {
        boolean isStore = access.opcode() == Opcode.PUTFIELD || access.opcode() == Opcode.PUTSTATIC;
        return isStore
                && isVolatile(access.owner().asInternalName(), access.name().stringValue());
    }

    private boolean isVolatile(String owner, String field) {
        Optional<ClassModel> found = classes.apply(owner);
        if (found.isEmpty()) {
            return false;
        }
        return found.get().fields().stream()
                .filter(declared -> declared.fieldName().equalsString(field))
                .findFirst()
                .map(declared -> declared.flags().has(AccessFlag.VOLATILE))
                .orElseGet(() -> found.get()
                        .superclass()
                        .filter(parent -> !parent.asSymbol().equals(ConstantDescs.CD_Object))
                        .map(parent -> isVolatile(parent.asInternalName(), field))
                        .orElse(false));
    }
}

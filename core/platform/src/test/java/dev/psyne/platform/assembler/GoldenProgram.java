package dev.psyne.platform.assembler;

import static dev.psyne.platform.assembler.GeneralRegister.*;

import java.util.List;

/** A program with every operation in every kind of operand that its encoding tells apart. */
final class GoldenProgram {
    private static final List<Memory> ADDRESSES = List.of(
            Memory.at(RAX),
            Memory.at(RBP),
            Memory.at(RSP, 8),
            Memory.at(R12),
            Memory.at(R13, -64),
            Memory.at(R9, 127),
            Memory.at(RBX, 128),
            Memory.at(RCX, 4096),
            Memory.at(RDX, RSI, 1, 0),
            Memory.at(R10, R11, 2, 32),
            Memory.at(RDI, R15, 8, 8128),
            Memory.at(R13, RAX, 4, -8192));
    private static final int[] WIDTHS = {16, 32, 64};

    private final Assembler assembler = new Assembler();

    /** Prints what GNU as is to read. */
    public static void main(String[] arguments) {
        System.out.println(".intel_syntax noprefix");
        program().instructions().forEach(instruction -> System.out.println(IntelSyntax.of(instruction)));
    }

    static Program program() {
        GoldenProgram golden = new GoldenProgram();
        golden.general();
        golden.numbers();
        golden.vectors();
        golden.particular();
        golden.jumps();
        return golden.assembler.assemble();
    }

    private void general() {
        for (GeneralOperation operation : GeneralOperation.values()) {
            if (operation.compareTo(GeneralOperation.MOV) <= 0) {
                assembler.apply(operation, RAX, R9);
                assembler.apply(operation, R14, RBX);
                ADDRESSES
                        .subList(operation.ordinal() % 8, operation.ordinal() % 8 + 5)
                        .forEach(address -> assembler.apply(operation, RDX, address));
                assembler.apply(operation, Memory.at(RSP, 16), R8);
            }
        }
        assembler.apply(GeneralOperation.IMUL, R8, RDX);
        assembler.apply(GeneralOperation.IMUL, RCX, Memory.at(R12, 200));
        ADDRESSES.forEach(address -> {
            assembler.lea(R11, address);
            assembler.prefetcht0(address);
            assembler.prefetchnta(address);
        });
        for (GeneralRegister register : GeneralRegister.values()) {
            assembler.push(register);
            assembler.pop(register);
        }
    }

    private void numbers() {
        for (GeneralOperation operation : GeneralOperation.values()) {
            if (operation.compareTo(GeneralOperation.CMP) <= 0) {
                for (int number : new int[] {0, 127, -128, 128, -100_000}) {
                    assembler.apply(operation, RAX, number);
                    assembler.apply(operation, R10, number);
                    assembler.apply(operation, Memory.at(RSP, 24), number);
                }
            }
        }
        for (int number : new int[] {1, 4, 63}) {
            assembler.apply(GeneralOperation.SHL, RDI, number);
            assembler.apply(GeneralOperation.SHR, R13, number);
        }
        for (long number : new long[] {0, 1, 0xffff_ffffL, 0x0703_0602_0501_0400L, -1}) {
            assembler.mov(RCX, number);
            assembler.mov(R15, number);
        }
        assembler.plain(GeneralOperation.CPUID);
        assembler.plain(GeneralOperation.XGETBV);
        assembler.plain(GeneralOperation.RET);
    }

    private void vectors() {
        for (VectorOperation operation : VectorOperation.values()) {
            for (int width : WIDTHS) {
                boolean vex = width < 64 && operation.encodings() != VectorOperation.Encodings.EVEX;
                boolean evex = operation.encodings() != VectorOperation.Encodings.VEX;
                if (vex && !(operation == VectorOperation.VPERMD && width == 16)) {
                    operands(operation, new VectorRegister(1, width), new VectorRegister(10, width));
                    operands(operation, new VectorRegister(15, width), new VectorRegister(3, width));
                }
                if (evex) {
                    operands(operation, new VectorRegister(2, width == 32 ? 64 : width), new VectorRegister(29, width));
                    operands(operation, new VectorRegister(25, width), new VectorRegister(14, width));
                }
            }
        }
    }

    /** Three of the addresses, others for each operation. */
    private static List<Memory> addresses(VectorOperation operation) {
        int first = operation.ordinal() * 5 % 10;
        return ADDRESSES.subList(first, first + 3);
    }

    private void operands(VectorOperation operation, VectorRegister a, VectorRegister b) {
        if (a.bytes() != b.bytes() || operation == VectorOperation.VDIVSS && a.bytes() != 16) {
            return;
        }
        switch (operation) {
            case VMOVUPS -> ADDRESSES.forEach(address -> assembler.vmovups(a, address));
            case VMOVUPS_STORE -> ADDRESSES.forEach(address -> assembler.vmovups(address, b));
            case VPBROADCASTD -> {
                ADDRESSES.forEach(address -> assembler.vpbroadcastd(b, address));
                assembler.vpbroadcastd(a, VectorRegister.xmm(b.number()));
            }
            case VPMOVZXWD -> ADDRESSES.forEach(address -> assembler.vpmovzxwd(b, address));
            case VPABSB, VCVTDQ2PS, VCVTPS2DQ -> {
                assembler.apply(operation, a, b);
                addresses(operation).forEach(address -> assembler.apply(operation, b, address));
            }
            case VPSRLW, VPSRLD, VPSLLD, VPSHUFD -> assembler.apply(operation, a, b, 11);
            case VPMOVZXBD, VEXTRACTI128, VMOVQ, VMOVD_STORE, VZEROUPPER -> {}
            default -> {
                assembler.apply(operation, a, b, a);
                assembler.apply(operation, b, a, a);
                addresses(operation).forEach(address -> assembler.apply(operation, a, b, address));
            }
        }
    }

    private void particular() {
        assembler.vpmovzxbd(VectorRegister.ymm(3), VectorRegister.xmm(12));
        assembler.vextracti128(VectorRegister.xmm(9), VectorRegister.ymm(4), 1);
        assembler.vextracti128(VectorRegister.xmm(2), VectorRegister.ymm(14), 0);
        assembler.vmovq(VectorRegister.xmm(5), R9);
        assembler.vmovq(VectorRegister.xmm(13), RAX);
        ADDRESSES.forEach(address -> assembler.vmovd(address, VectorRegister.xmm(7)));
        assembler.vmovd(Memory.at(RDX), VectorRegister.xmm(11));
        assembler.vzeroupper();
    }

    private void jumps() {
        Label begin = new Label("begin");
        Label middle = new Label("middle");
        Label end = new Label("end");
        assembler.place(begin);
        for (Condition condition : Condition.values()) {
            assembler.jump(condition, middle);
            assembler.jump(condition, begin);
            assembler.jump(condition, end);
        }
        assembler.place(middle);
        for (int i = 0; i < 12; i++) {
            assembler.mov(RAX, -1L);
        }
        for (Condition condition : Condition.values()) {
            assembler.jump(condition, begin);
            assembler.jump(condition, middle);
            assembler.jump(condition, end);
        }
        assembler.place(end);
        assembler.plain(GeneralOperation.RET);
    }
}

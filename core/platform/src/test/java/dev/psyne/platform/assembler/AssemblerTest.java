package dev.psyne.platform.assembler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Our bytes against those of GNU as. The listing, golden.lst among the test resources, is made again by
 *
 * <pre>
 *   java -cp target/classes:target/test-classes dev.psyne.platform.assembler.GoldenProgram &gt; golden.s
 *   as -aln --listing-lhs-width=8 -o /dev/null golden.s | sed 's/ *\t/ \t/' &gt; golden.lst
 * </pre>
 */
class AssemblerTest {
    private static final Pattern LINE = Pattern.compile("\\s*\\d+ (?:[0-9a-f]{4} ([0-9A-F ]+?))?\\s*\t(.*?)\\s*");

    private final Assembler assembler = new Assembler();

    private record Listed(String bytes, String source) {}

    private static List<Listed> listing() throws IOException {
        try (InputStream file = AssemblerTest.class.getResourceAsStream("golden.lst")) {
            List<Listed> listing = new ArrayList<>();
            new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .forEach(line -> {
                        Matcher matcher = LINE.matcher(line);
                        if (matcher.matches() && !matcher.group(2).startsWith(".")) {
                            String bytes = matcher.group(1);
                            listing.add(new Listed(bytes == null ? "" : bytes.replace(" ", ""), matcher.group(2)));
                        }
                    });
            return listing;
        }
    }

    @Test
    void everyInstructionHasTheBytesAnIndependentAssemblerGivesIt() throws IOException {
        Program program = GoldenProgram.program();
        List<Listed> ours = new ArrayList<>();
        for (int i = 0; i < program.instructions().size(); i++) {
            String bytes = HexFormat.of().withUpperCase().formatHex(program.code(i));
            ours.add(new Listed(bytes, IntelSyntax.of(program.instructions().get(i))));
        }
        List<Listed> golden = listing();
        assertEquals(golden.size(), ours.size());
        for (int i = 0; i < golden.size(); i++) {
            assertEquals(golden.get(i), ours.get(i));
        }
    }

    @Test
    void everyOperationIsInTheGoldenProgram() {
        List<Instruction> instructions = GoldenProgram.program().instructions();
        for (VectorOperation operation : VectorOperation.values()) {
            assertTrue(
                    instructions.stream()
                            .anyMatch(i -> i instanceof Instruction.Vector vector && vector.operation() == operation),
                    operation.name());
        }
        for (GeneralOperation operation : GeneralOperation.values()) {
            assertTrue(
                    instructions.stream()
                            .anyMatch(
                                    i -> i instanceof Instruction.General general && general.operation() == operation),
                    operation.name());
        }
    }

    @Test
    void aLabelIsPlacedOnce() {
        Label label = new Label("once");
        assembler.jump(Condition.ALWAYS, label);
        assertThrowsNaming("once", assembler::assemble);
        assembler.place(label);
        assertEquals(2, assembler.assemble().offset(label));
        assembler.place(label);
        assertThrowsNaming("once", assembler::assemble);
    }

    @Test
    void operandsThatNoEncodingHasAreRefused() {
        VectorRegister x = VectorRegister.xmm(1);
        VectorRegister y = VectorRegister.ymm(1);
        Memory memory = Memory.at(GeneralRegister.RAX);
        assertThrowsNaming("32", () -> VectorRegister.zmm(32));
        assertThrowsNaming("24", () -> new VectorRegister(1, 24));
        assertThrowsNaming("RSP", () -> Memory.at(GeneralRegister.RAX, GeneralRegister.RSP, 1, 0));
        assertThrowsNaming("3", () -> Memory.at(GeneralRegister.RAX, GeneralRegister.RBX, 3, 0));
        assertThrowsNaming("VPADDD", () -> assembler.apply(VectorOperation.VPADDD, x, y, x));
        assertThrowsNaming("VPADDD", () -> assembler.apply(VectorOperation.VPADDD, x, x));
        assertThrowsNaming("VPSIGNB", () -> assembler.apply(VectorOperation.VPSIGNB, x, x, 1));
        assertThrowsNaming("VPSRLW", () -> assembler.apply(VectorOperation.VPSRLW, x, x, 256));
        assertThrowsNaming("VDIVSS", () -> assembler.apply(VectorOperation.VDIVSS, y, y, memory));
        assertThrowsNaming("16", () -> assembler.vpbroadcastd(y, y));
        assertThrowsNaming("MOV", () -> assembler.mov(memory, memory));
        assertThrowsNaming("LEA", () -> assembler.apply(GeneralOperation.LEA, GeneralRegister.RAX, memory));
        assertThrowsNaming("64", () -> assembler.apply(GeneralOperation.SHL, GeneralRegister.RAX, 64));
        assertThrowsNaming("PUSH", () -> assembler.plain(GeneralOperation.PUSH));
        assembler.apply(VectorOperation.VPSIGNB, VectorRegister.ymm(16), y, y);
        assertThrowsNaming("VPSIGNB", assembler::assemble);
    }

    private static void assertThrowsNaming(String value, Runnable call) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(refused.toString().contains(value), refused.toString());
    }
}

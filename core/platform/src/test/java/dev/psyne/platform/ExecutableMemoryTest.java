package dev.psyne.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.Availability.Unavailable;
import dev.psyne.platform.assembler.Assembler;
import dev.psyne.platform.assembler.GeneralOperation;
import dev.psyne.platform.assembler.GeneralRegister;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ExecutableMemoryTest {
    private static final Host LINUX = new Host("Linux", "6.1.0", "amd64", Path.of("/"));

    private static Unavailable unavailable(ExecutableMemory memory) {
        return assertInstanceOf(Unavailable.class, memory.availability());
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void loadedCodeRunsIsReadOnlyAndEndsWithItsOwner() throws Throwable {
        Assembler assembler = new Assembler();
        assembler.mov(GeneralRegister.RAX, GeneralRegister.RDI);
        assembler.apply(GeneralOperation.SUB, GeneralRegister.RAX, GeneralRegister.RSI);
        assembler.plain(GeneralOperation.RET);
        Arena arena = Arena.ofShared();
        MemorySegment code =
                ExecutableMemory.automatic().load(assembler.assemble().code(), arena);
        MethodHandle subtract = ExecutableMemory.link(
                code, FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        assertEquals(-7L, (long) subtract.invokeExact(5L, 12L));
        assertTrue(code.isReadOnly());
        assertEquals(List.of("r-xp"), protectionOf(code.address()));
        arena.close();
        assertThrows(IllegalStateException.class, () -> subtract.invoke(5L, 12L));
    }

    private static List<String> protectionOf(long address) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> Long.parseUnsignedLong(line.split("-")[0], 16) <= address)
                .filter(line -> Long.parseUnsignedLong(line.split("[- ]")[1], 16) > address)
                .map(line -> line.split(" ")[1])
                .toList();
    }

    @Test
    void elsewhereItIsUnavailable() {
        Host arm = new Host("Linux", "6.1.0", "aarch64", Path.of("/"));
        assertTrue(unavailable(ExecutableMemory.of(arm, "automatic")).why().contains("aarch64"));
        Host mac = new Host("Mac OS X", "15.1", "x86_64", Path.of("/"));
        assertTrue(unavailable(ExecutableMemory.of(mac, "automatic")).why().contains("Mac OS X"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aRefusedProtectionIsUnavailableWithTheErrnoAndTheCure() {
        Unavailable refused = unavailable(new ExecutableMemory(LINUX, (_, _, _) -> -Errno.EACCES));
        assertTrue(refused.why().contains("EACCES"), refused.why());
        assertTrue(refused.cure().contains("PROT_EXEC"), refused.cure());
    }

    @Test
    void itCanBeSwitchedOff() {
        ExecutableMemory memory = ExecutableMemory.of(LINUX, "refused");
        assertTrue(unavailable(memory).cure().contains(ExecutableMemory.PROPERTY));
        UnsupportedOperationException refused =
                assertThrows(UnsupportedOperationException.class, () -> memory.load(new byte[] {1}, Arena.global()));
        assertTrue(refused.toString().contains("switched off"), refused.toString());
        IllegalArgumentException unknown =
                assertThrows(IllegalArgumentException.class, () -> ExecutableMemory.of(LINUX, "maybe"));
        assertTrue(unknown.toString().contains("'maybe'"), unknown.toString());
    }

    @Test
    void sizesOutOfBoundsAreRefusedByValue() {
        for (int bytes : new int[] {0, ExecutableMemory.MAX_BYTES + 1}) {
            IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class,
                    () -> ExecutableMemory.automatic().load(new byte[bytes], Arena.global()));
            assertTrue(refused.toString().contains(Integer.toString(bytes)), refused.toString());
        }
    }
}

package dev.psyne.bench.fiber;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Optional;

/**
 * Loads the classes of {@code dev.psyne.fiber}, and those of this package that use them, once more, with a call to
 * {@link OperationTally} written before each of their {@link AtomicInstruction}s. Nothing else of them is changed, so what is
 * counted is what they do. Operations within the JDK's own classes (locks, queues, the unparking of a thread) are not seen.
 */
final class CountingClassLoader extends ClassLoader {
    private static final List<String> PREFIXES = List.of("dev.psyne.fiber.", "dev.psyne.bench.fiber.");
    private static final ClassDesc TALLY =
            OperationTally.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc CALL = MethodTypeDesc.of(ConstantDescs.CD_void);

    private final ClassFile format;
    private final AtomicInstruction instructions = new AtomicInstruction(this::read);

    CountingClassLoader(ClassLoader parent) {
        super(parent);
        this.format = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(parent).orElse(ClassHierarchyResolver.defaultResolver())));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (PREFIXES.stream().noneMatch(name::startsWith) || name.equals(OperationTally.class.getName())) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        ClassModel original = read(name.replace('.', '/')).orElseThrow(() -> new ClassNotFoundException(name));
        byte[] counting = format.transformClass(original, ClassTransform.transformingMethodBodies(this::countThenGoOn));
        return defineClass(name, counting, 0, counting.length);
    }

    private void countThenGoOn(CodeBuilder code, CodeElement instruction) {
        switch (instructions.kind(instruction)) {
            case READ_MODIFY_WRITE -> code.invokestatic(TALLY, "readModifyWrite", CALL);
            case ORDERED_STORE -> code.invokestatic(TALLY, "orderedStore", CALL);
            case OTHER -> {}
        }
        code.with(instruction);
    }

    /** The class of an internal name as it was compiled, if it is of those that are loaded here. */
    private Optional<ClassModel> read(String internalName) {
        if (PREFIXES.stream().noneMatch(internalName.replace('/', '.')::startsWith)) {
            return Optional.empty();
        }
        try (InputStream bytes = getParent().getResourceAsStream(internalName + ".class")) {
            return bytes == null ? Optional.empty() : Optional.of(format.parse(bytes.readAllBytes()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

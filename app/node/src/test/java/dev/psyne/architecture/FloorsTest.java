package dev.psyne.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Imports go down a floor, or along one to the left; packages are free of cycles. */
class FloorsTest {
    private static final Set<String> CORE = Set.of("platform", "memory", "telemetry", "fiber", "tensor");

    /** What each module may use, as docs and ARCHITECTURE.md say it. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("platform", Set.of()),
            Map.entry("memory", Set.of("platform")),
            Map.entry("telemetry", Set.of("platform", "memory")),
            Map.entry("fiber", Set.of("platform", "memory", "telemetry")),
            Map.entry("tensor", Set.of("platform", "memory", "telemetry", "fiber")),
            Map.entry("channel", CORE),
            Map.entry("net", plus(CORE, "channel")),
            Map.entry("rpc", plus(CORE, "channel")),
            Map.entry("hypha", plus(CORE, "channel", "net", "rpc")),
            Map.entry("image", CORE),
            Map.entry("vlm", plus(CORE, "image")),
            Map.entry("node", plus(CORE, "channel", "net", "rpc", "hypha", "image", "vlm")));

    /** Libraries that belong to one module each; nobody else may see them. */
    private static final Map<String, Set<String>> LIBRARIES = Map.of(
            "io.netty", Set.of("net"),
            "org.msgpack", Set.of(),
            "tools.jackson", Set.of("hypha", "vlm", "node"),
            "picocli", Set.of("node"),
            "com.twelvemonkeys", Set.of("image"),
            "jdk.incubator.vector", Set.of("tensor"));

    private static JavaClasses classes;

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.psyne");
    }

    @TestFactory
    Stream<DynamicTest> aModuleUsesOnlyWhatStandsBelowIt() {
        return MAY_USE.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    Set<String> forbidden = new TreeSet<>(MAY_USE.keySet());
                    forbidden.removeAll(entry.getValue());
                    forbidden.remove(entry.getKey());
                    check(entry.getKey(), packages(forbidden));
                }));
    }

    @TestFactory
    Stream<DynamicTest> aLibraryIsSeenByItsModuleAlone() {
        return LIBRARIES.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    Set<String> strangers = new TreeSet<>(MAY_USE.keySet());
                    strangers.removeAll(entry.getValue());
                    for (String stranger : strangers) {
                        check(stranger, List.of(entry.getKey() + ".."));
                    }
                }));
    }

    @Test
    void modulesAreFreeOfCycles() {
        slices().matching("dev.psyne.(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    void internalPackagesStayInside() {
        for (String module : MAY_USE.keySet()) {
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.psyne." + module + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.psyne." + module + ".internal..")
                    .check(classes);
        }
    }

    private static void check(String module, List<String> forbiddenPackages) {
        noClasses()
                .that()
                .resideInAPackage("dev.psyne." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbiddenPackages.toArray(String[]::new))
                .check(classes);
    }

    private static List<String> packages(Set<String> modules) {
        return modules.stream().map(module -> "dev.psyne." + module + "..").toList();
    }

    private static Set<String> plus(Set<String> modules, String... more) {
        Set<String> union = new TreeSet<>(modules);
        union.addAll(List.of(more));
        return union;
    }
}

package dev.psyne.memory;

/** Whether a region wants huge pages, which spare the processor most of its walks through page tables. */
public enum HugePages {
    /** Ordinary pages, or what the system does by itself. */
    NONE,
    /** Reserved huge pages if there are enough, else transparent ones, else ordinary pages; the placement says which. */
    TRY,
    /** Reserved or transparent huge pages, or an exception with the reason and the cure. */
    REQUIRE
}

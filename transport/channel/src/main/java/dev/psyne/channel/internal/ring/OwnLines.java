package dev.psyne.channel.internal.ring;

/**
 * Keeps the fields of a sender or receiver away from those of whatever the heap puts before it: two ends made one after the
 * other would otherwise share a cache line that both write with every message.
 */
@SuppressWarnings("unused")
abstract class OwnLines {
    private long p01;
    private long p02;
    private long p03;
    private long p04;
    private long p05;
    private long p06;
    private long p07;
    private long p08;
    private long p09;
    private long p10;
    private long p11;
    private long p12;
    private long p13;
    private long p14;
    private long p15;
    private long p16;
}

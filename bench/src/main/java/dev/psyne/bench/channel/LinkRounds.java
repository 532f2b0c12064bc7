package dev.psyne.bench.channel;

/** Rounds of one side of a pair of rings between processes. */
record LinkRounds(Link link, LinkShape shape) implements Rounds {
    @Override
    public double[] round(long count) throws InterruptedException {
        return shape.role().round(link, shape, count);
    }

    @Override
    public void close() {
        link.close();
    }
}

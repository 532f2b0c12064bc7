package dev.psyne.rpc;

/**
 * A record's bytes that are not as their schema says. The connection that brought them is whole: the call they belong to
 * fails, others go on. It has no stack trace, which would say nothing that the message does not.
 */
public final class BrokenMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String where;

    /**
     * Made by what reads messages.
     *
     * @param where the record and, behind a point, the field
     * @param what what was found there, and what may be
     */
    public BrokenMessageException(String where, String what) {
        super(where + ": " + what, null, false, false);
        this.where = where;
    }

    /** The record and, behind a point, the field: {@code Picture.caption}. */
    public String where() {
        return where;
    }
}

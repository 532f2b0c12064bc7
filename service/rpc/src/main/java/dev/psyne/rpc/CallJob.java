package dev.psyne.rpc;

/** Runs one call to its end and gives its place on the connection back. */
record CallJob(String name, RpcMethod method, RpcCall call) implements Runnable {
    @Override
    public void run() {
        try {
            if (!call.cancelled()) {
                invoke();
            }
        } finally {
            call.leave();
        }
    }

    private void invoke() {
        try {
            call.end(method.invoke(call));
        } catch (RpcException error) {
            fail(error);
        } catch (InterruptedException e) {
            fail(new RpcException(ErrorCodes.INTERNAL, "the node stopped the call"));
            Thread.currentThread().interrupt();
        } catch (Exception | Error e) {
            if (e instanceof CallCancelledException && call.cancelled()) {
                return;
            }
            fail(new RpcException(ErrorCodes.INTERNAL, "the method failed; the reason is with the node"));
            throw new IllegalStateException("the method " + name + " failed", e);
        }
    }

    private void fail(RpcException error) {
        try {
            call.fail(error);
        } catch (CallCancelledException gone) {
            // The connection failed while the error was sent: its calls are cancelled, this one too.
            return;
        }
    }
}

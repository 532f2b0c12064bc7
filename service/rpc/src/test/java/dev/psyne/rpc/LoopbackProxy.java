package dev.psyne.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between clients and a node, and takes their connections away. */
final class LoopbackProxy implements AutoCloseable {
    private record Pair(Socket client, Socket node) {}

    private final ServerSocket listener;
    private final URI node;
    private final List<Pair> pairs = new CopyOnWriteArrayList<>();
    private volatile boolean keepsNodeSide;

    LoopbackProxy(String nodeAddress) throws IOException {
        this.node = URI.create(nodeAddress);
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "tcp://127.0.0.1:" + listener.getLocalPort();
    }

    /** Loses all connections; the node learns of it too. */
    void cut() throws IOException {
        for (Pair pair : pairs) {
            pair.client.close();
            pair.node.close();
        }
        pairs.clear();
    }

    /** Loses all connections as a cable that is pulled does: the node goes on waiting. */
    void cutUnnoticed() throws IOException {
        keepsNodeSide = true;
        for (Pair pair : pairs) {
            pair.client.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket onward = new Socket(node.getHost(), node.getPort());
                client.setTcpNoDelay(true);
                onward.setTcpNoDelay(true);
                pairs.add(new Pair(client, onward));
                Thread.ofVirtual().start(() -> pump(client, onward, false));
                Thread.ofVirtual().start(() -> pump(onward, client, true));
            }
        } catch (IOException closed) {
            // The end of the test, or nobody there: the client is told by its connection's end.
        }
    }

    private void pump(Socket from, Socket to, boolean ofNode) {
        try (InputStream in = from.getInputStream()) {
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException gone) {
            // One side has gone; the other is told below.
        }
        if (ofNode || !keepsNodeSide) {
            try {
                to.close();
            } catch (IOException alreadyGone) {
                // It is closed either way.
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        keepsNodeSide = false;
        cut();
    }
}

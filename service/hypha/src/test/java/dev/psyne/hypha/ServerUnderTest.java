package dev.psyne.hypha;

import dev.psyne.fiber.Scheduler;
import dev.psyne.net.HttpLimits;
import dev.psyne.net.HttpServer;
import java.util.concurrent.CountDownLatch;

/** A server for the unmodified clients' own tests: {@code ServerUnderTest --port N}, with {@code JWT_SECRET} as its secret. */
final class ServerUnderTest {
    private static final int DEFAULT_PORT = 9527;

    private ServerUnderTest() {}

    /** Serves until the process is ended. */
    public static void main(String[] arguments) throws InterruptedException {
        int port = DEFAULT_PORT;
        for (int i = 0; i + 1 < arguments.length; i++) {
            port = arguments[i].equals("--port") ? Integer.parseInt(arguments[i + 1]) : port;
        }
        String secret = System.getenv().getOrDefault("JWT_SECRET", "a secret for tests alone");
        HttpServer[] running = new HttpServer[1];
        try (Scheduler scheduler = Scheduler.create(2);
                HyphaServer hypha = HyphaServer.builder()
                        .scheduler(scheduler)
                        .secret(HyphaSecret.of(secret))
                        .publicUrl(() -> running[0].uri())
                        .build();
                HttpServer http = hypha.attach(HttpServer.builder()
                                .scheduler(scheduler)
                                .port(port)
                                .limits(HttpLimits.standard().withMaxConnections(20_000)))
                        .start()) {
            running[0] = http;
            System.out.println("ready " + http.port());
            new CountDownLatch(1).await();
        }
    }
}

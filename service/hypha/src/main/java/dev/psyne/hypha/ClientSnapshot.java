package dev.psyne.hypha;

import java.time.Duration;

/**
 * One client at one moment. Its words are its own and may hold any character; nothing here is secret among those who may
 * enter its workspace.
 *
 * @param id its name in its workspace
 * @param user the id of its user
 * @param anonymous whether nobody vouches for the user
 * @param local whether no connection stands behind it: a part of this process, or the sender of one HTTP request
 * @param connectedFor since it came
 * @param callsMade by it
 * @param callsTaken by it, from others
 * @param bytesSent of all frames it sent
 * @param bytesReceived of all frames for it, those that still wait included
 * @param waitingBytes that it has not read yet
 */
public record ClientSnapshot(
        String id,
        String user,
        boolean anonymous,
        boolean local,
        Duration connectedFor,
        long callsMade,
        long callsTaken,
        long bytesSent,
        long bytesReceived,
        long waitingBytes) {}

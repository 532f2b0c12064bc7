package dev.psyne.hypha.internal.router;

import dev.psyne.hypha.User;

/**
 * What the router knows of one participant from the moment it comes.
 *
 * @param trusted what the router writes into every frame of this one
 * @param subscriptions the types of events that broadcasts are delivered for
 * @param traffic what it has sent and been sent
 */
public record Membership(
        Address address, User user, TrustedFields trusted, Subscriptions subscriptions, Traffic traffic) {
    /** Of a participant that comes now, by the clock that the router's parts share. */
    public static Membership of(Address address, User user, int maxSubscriptions, long nowNanos) {
        return new Membership(
                address,
                user,
                TrustedFields.of(address, user),
                new Subscriptions(maxSubscriptions),
                new Traffic(nowNanos));
    }
}

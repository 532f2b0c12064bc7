package dev.psyne.hypha;

/**
 * One registered service. Its words are its owner's and may hold any character.
 *
 * @param id its name at its owner; {@code WORKSPACE/OWNER:ID} tells it from all others
 * @param owner the client that has it
 * @param type the word by which it is found
 * @param visibility who may call it
 */
public record ServiceSnapshot(String id, String owner, String type, Visibility visibility) {}

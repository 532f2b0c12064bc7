package dev.psyne.vlm.internal.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds added tokens in a text: the leftmost first, of those that begin there the longest. A trie over characters. */
final class AddedTokens {
    private static final int ROOT = 0;

    private final Map<Long, Integer> children = new HashMap<>();
    private final List<@Nullable AddedToken> ends = new ArrayList<>();

    AddedTokens(List<AddedToken> tokens) {
        ends.add(null);
        for (AddedToken token : tokens) {
            int node = ROOT;
            for (int i = 0; i < token.text().length(); i++) {
                long edge = edge(node, token.text().charAt(i));
                Integer child = children.get(edge);
                if (child == null) {
                    child = ends.size();
                    children.put(edge, child);
                    ends.add(null);
                }
                node = child;
            }
            ends.set(node, token);
        }
    }

    /** A part of a text: an added token, or what stands between two. */
    record Part(String text, @Nullable AddedToken token) {}

    /** Cuts a text; no part is empty. */
    List<Part> split(String text) {
        List<Part> parts = new ArrayList<>();
        int done = 0;
        int at = 0;
        while (at < text.length()) {
            AddedToken token = match(text, at);
            if (token == null) {
                at++;
                continue;
            }
            int end = at + token.text().length();
            if (token.singleWord() && touchesWord(text, at, end)) {
                at = end;
                continue;
            }
            int begin = token.stripLeft() ? Math.max(done, spaceBefore(text, at)) : at;
            end = token.stripRight() ? spaceAfter(text, end) : end;
            if (begin > done) {
                parts.add(new Part(text.substring(done, begin), null));
            }
            parts.add(new Part(text.substring(begin, end), token));
            done = end;
            at = end;
        }
        if (done < text.length()) {
            parts.add(new Part(text.substring(done), null));
        }
        return parts;
    }

    private @Nullable AddedToken match(String text, int begin) {
        AddedToken longest = null;
        int node = ROOT;
        for (int i = begin; i < text.length(); i++) {
            Integer child = children.get(edge(node, text.charAt(i)));
            if (child == null) {
                break;
            }
            node = child;
            AddedToken end = ends.get(node);
            longest = end == null ? longest : end;
        }
        return longest;
    }

    private static boolean touchesWord(String text, int begin, int end) {
        return begin > 0 && word(text.codePointBefore(begin)) || end < text.length() && word(text.codePointAt(end));
    }

    private static boolean word(int character) {
        return Character.isLetterOrDigit(character) || character == '_';
    }

    private static int spaceBefore(String text, int at) {
        int begin = at;
        while (begin > 0 && WhiteSpace.is(text.charAt(begin - 1))) {
            begin--;
        }
        return begin;
    }

    private static int spaceAfter(String text, int at) {
        int end = at;
        while (end < text.length() && WhiteSpace.is(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static long edge(int node, char character) {
        return (long) node << Character.SIZE | character;
    }
}

package dev.psyne.vlm.internal.evaluation;

/** A page of HTML as it is written: marks go in as they are, text does not get in without being escaped. */
final class HtmlText {
    private final StringBuilder page = new StringBuilder();

    /** Marks of our own, none of which come from a file. */
    HtmlText mark(String marks) {
        page.append(marks);
        return this;
    }

    /** Text from anywhere, fit for content and for attributes in double quotes. */
    HtmlText text(String text) {
        text.codePoints().forEach(character -> {
            switch (character) {
                case '&' -> page.append("&amp;");
                case '<' -> page.append("&lt;");
                case '>' -> page.append("&gt;");
                case '"' -> page.append("&quot;");
                case '\'' -> page.append("&#39;");
                default -> page.appendCodePoint(allowed(character) ? character : 0xFFFD);
            }
        });
        return this;
    }

    /** An element with text in it. */
    HtmlText element(String name, String text) {
        return mark("<" + name + ">").text(text).mark("</" + name + ">\n");
    }

    /** Controls, halves of pairs, and what turns the direction of a text around are not shown. */
    private static boolean allowed(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL -> character == '\n' || character == '\t';
            case Character.SURROGATE -> false;
            case Character.FORMAT -> character < 0x202A || character > 0x2069 || character == 0x2060;
            default -> true;
        };
    }

    @Override
    public String toString() {
        return page.toString();
    }
}

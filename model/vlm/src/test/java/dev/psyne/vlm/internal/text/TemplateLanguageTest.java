package dev.psyne.vlm.internal.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateLanguageTest {
    private static final Map<String, Object> VARIABLES = Map.of(
            "text", " Some Text ",
            "list", List.of("b", "a", "c"),
            "map", Map.of("k", "v"),
            "people", List.of(Map.of("name", "Ann", "age", 3), Map.of("name", "Bob")),
            "number", 7);

    /** What templates are made of, with spaces between; one part is empty, one the end of a line. */
    private static final String PARTS = "{% %} {{ }} {# #} - if for in set endif endfor else ( )"
            + " [ ] : , . | ' \" \\ list map x 1 + * == not is defined loop join trim macro endmacro ~ raw endraw  \n";

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '`',
            value = {
                "1 + 2 * 3                          ¦ 7",
                "-2 ** 2                            ¦ 4",
                "7 // 2 ~ '|' ~ -7 // 2 ~ '|' ~ -7 % 3 ¦ 3|-4|2",
                "7 / 2                              ¦ 3.5",
                "4 / 2                              ¦ 2.0",
                "number is odd and not number is even ¦ True",
                "text|trim|upper                    ¦ SOME TEXT",
                "'a' + text | trim                  ¦ aSome Text",
                "text.strip().split(' ')            ¦ ['Some', 'Text']",
                "'a,b,c'.split(',', 1)[-1]          ¦ b,c",
                "'a,b,c'.rsplit(',', 1)[0]          ¦ a,b",
                "'hello world'|title                ¦ Hello World",
                "'hELLO'|capitalize                 ¦ Hello",
                "'xxaxx'.strip('x')                 ¦ a",
                "'abc'[1:]  ~ 'abc'[::-1] ~ 'abc'[-1] ¦ bccbac",
                "'🙂b'[0] ~ '🙂b'|length              ¦ 🙂2",
                "list[1:] + list[:1]                ¦ ['a', 'c', 'b']",
                "list|sort|join('-')                ¦ a-b-c",
                "list|first ~ list|last             ¦ bc",
                "list[0] in 'abc'                   ¦ True",
                "'z' not in list                    ¦ True",
                "1 < 2 < 3 and not 3 < 2            ¦ True",
                "'yes' if number > 5 else 'no'      ¦ yes",
                "'yes' if number > 9                ¦ ``",
                "missing|default('d')               ¦ d",
                "''|default('d', true)              ¦ d",
                "missing is defined or number is defined ¦ True",
                "none is none                       ¦ True",
                "missing                            ¦ ``",
                "map.k ~ map['k'] ~ map.get('x', 1) ¦ vv1",
                "map.x is undefined                 ¦ True",
                "map|tojson                         ¦ {\"k\": \"v\"}",
                "{'a': [1, none, true]}|tojson      ¦ {\"a\": [1, null, true]}",
                "{'a': none, 'b': \"it's\"}         ¦ {'a': None, 'b': \"it's\"}",
                "people|selectattr('age', 'defined')|map(attribute='name')|join ¦ Ann",
                "people|rejectattr('age')|list|length ¦ 1",
                "people|map(attribute='age', default=0)|sum ¦ 3",
                "[1, 2, 3]|select('gt', 1)|list     ¦ [2, 3]",
                "[1, 2, 2]|unique|list              ¦ [1, 2]",
                "range(3)|list ~ range(5, 1, -2)|list ¦ [0, 1, 2][5, 3]",
                "'a-b'.replace('-', '+')            ¦ a+b",
                "'abc'.startswith('ab') and 'abc'.endswith(('x', 'c')) ¦ True",
                "'abc' is string and map is mapping and list is iterable ¦ True",
                "number is divisibleby 7            ¦ True",
                "(1, 2)[1] ~ ('a')                  ¦ 2a",
                "'a' 'b'                            ¦ ab",
                "'\\u00e9\\n\\'' | length            ¦ 3",
                "'a' * 3 ~ [0] * 2                  ¦ aaa[0, 0]",
                "'12'|int + 1                       ¦ 13",
                "true and none                      ¦ None",
                "0 or 'x'                           ¦ x",
                "1.0 == 1 and 1 == true             ¦ True",
                "dict(a=1)['a']                     ¦ 1",
                "{}.items()|list                    ¦ []",
                "'a\\nb'|indent(2)                  ¦ `a\n  b`",
                "3 is in [1, 3]                     ¦ True",
            })
    void expressionsMeanWhatTheyMeanInPython(String expression, String expected) {
        assertEquals(expected, render("{{ " + expression + " }}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '`',
            value = {
                "{% for x in list %}{{ loop.index }}{{ x }}{% if not loop.last %},{% endif %}{% endfor %} ¦ 1b,2a,3c",
                "{% for x in [] %}x{% else %}none{% endfor %}                     ¦ none",
                "{% for k, v in map.items() %}{{ k }}={{ v }}{% endfor %}         ¦ k=v",
                "{% for x in list if x != 'a' %}{{ loop.length }}{{ x }}{% endfor %} ¦ 2b2c",
                "{% for x in list %}{% if x == 'a' %}{% continue %}{% endif %}{{ x }}{% endfor %} ¦ bc",
                "{% for x in list %}{% if x == 'a' %}{% break %}{% endif %}{{ x }}{% endfor %} ¦ b",
                "{% set x = 1 %}{% for y in list %}{% set x = y %}{% endfor %}{{ x }} ¦ 1",
                "{% set n = namespace(x=1) %}{% for y in list %}{% set n.x = y %}{% endfor %}{{ n.x }} ¦ c",
                "{% set a, b = 1, 2 %}{{ b }}{{ a }}                              ¦ 21",
                "{% set t %}a{{ number }}{% endset %}{{ t|upper }}                ¦ A7",
                "{% if false %}a{% elif number %}b{% else %}c{% endif %}          ¦ b",
                "{% macro m(a, b='y') %}{{ a }}{{ b }}{% endmacro %}{{ m('x') }}{{ m(b=1, a=2) }} ¦ xy21",
                "{% macro f(n) %}{% if n %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }} ¦ 321",
                "{% raw %}{{ x }}{% endraw %}                                     ¦ {{ x }}",
                "{% generation %}a{% endgeneration %}{# no #}b                    ¦ ab",
                "{{ {'a': {'b': 1}}['a']['b'] }}                                  ¦ 1",
                "{% for x in list %}{{ loop.cycle('o', 'e') }}{{ loop.previtem }}{% endfor %} ¦ oeboa",
            })
    void statementsDoWhatTheySay(String template, String expected) {
        assertEquals(expected, render(template));
    }

    @Test
    void whiteSpaceGoesWhereTagsTakeIt() {
        assertEquals("a\nb\n", render("a\n  {% if true %}\nb\n  {% endif %}\n"));
        assertEquals("ab", render("a\n {%- if true -%}\n b{% endif %}"));
        assertEquals("a   b", render("a {% if true %}  b{% endif %}"));
        assertEquals("a\n  7\nb", render("a\n  {{ number }}\nb\n"));
        assertEquals("a7b", render("a\n  {{- number -}}\nb"));
        assertEquals("  a", render("  {%+ if true +%}a{% endif %}\n\n"));
        assertEquals("ab", render("  {# note #}\na{#- note -#}\n b"));
        assertEquals("x\ny", render("x\r\ny\r\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '`',
            value = {
                "{{ 1 +                        ¦ line 1: found a tag without end",
                "a\\n{% if x %}                ¦ line 2: found the end, expected endif",
                "{% endfor %}                  ¦ line 1",
                "{% for x list %}{% endfor %}  ¦ found 'list', expected in",
                "{% include 'x' %}             ¦ found 'include'",
                "{% break %}                   ¦ a loop around it",
                "{{ 'a }}                      ¦ a string without end",
                "{{ a b }}                     ¦ found 'b', expected }}",
                "{{ ? }}                       ¦ found '?'",
                "{{ 99999999999999999999 }}    ¦ 64 bits",
                "{# x                          ¦ a comment without end",
                "{{ '\\u12' }}                 ¦ hexadecimal",
                "{{ (1 }}                      ¦ a tag without end",
            })
    void whatIsNoTemplateIsRefusedWithItsLine(String template, String message) {
        ModelException e = assertThrows(ModelException.class, () -> render(template.replace("\\n", "\n")));
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '`',
            value = {
                "{{ missing.x }}               ¦ 'missing', which is undefined, is asked for 'x'",
                "{{ map.x.y }}                 ¦ 'x', which is undefined",
                "{{ missing() }}               ¦ is called",
                "{{ 'a' + 1 }}                 ¦ '+' between a string and the number 1",
                "{{ 1 / 0 }}                   ¦ division by zero",
                "{{ 9223372036854775807 + 1 }} ¦ overflow",
                "{{ 1 | nothing }}             ¦ no filter 'nothing'",
                "{{ 1 is nothing }}            ¦ no test 'nothing'",
                "{{ 'a' < 1 }}                 ¦ cannot be compared",
                "{% for x in 1 %}{% endfor %}  ¦ where a list is wanted",
                "{% set map.x = 1 %}           ¦ where a namespace is wanted",
                "{{ list.append('x') }}        ¦ is called",
            })
    void whatCannotBeDoneIsSaidWithItsLine(String template, String message) {
        TemplateException e = assertThrows(TemplateException.class, () -> render("\n" + template));
        assertTrue(String.valueOf(e.getMessage()).contains("line 2: "), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
                "{% set n = namespace(x='aaaaaaaa') %}{% for a in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
                "{% set n = namespace(x=[1]) %}{% for a in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
                "{% set n = namespace(x=[1]) %}{% for a in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}",
                "{% set n = namespace(x=[]) %}{% for a in range(9999) %}{% set n.x = [n.x] %}{% endfor %}{{ n.x == n.x }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{{ range(999999999) }}",
                "{{ 'a' * 999999999999 }}",
                "{{ [0] * 999999999999 }}",
                "{{ 2 ** 99999999999 }}",
                "{% for a in range(99999) %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' * 99 }}{% endfor %}",
                "{% set x = 'a' * 999999 %}{% for a in range(9999) %}{{ (x ~ 'b') in x }}{% endfor %}",
                "{{ 'a'.replace('', 'b' * 9999999) * 99 }}",
            })
    void aHostileTemplateIsStopped(String template) {
        assertThrows(TemplateException.class, () -> render(template));
    }

    @Test
    void aTemplateThatIsTooDeepIsRefused() {
        for (String template : List.of(
                "{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}",
                "{{ " + "not ".repeat(5000) + "1 }}",
                "{{ " + "-".repeat(1) + " -".repeat(5000) + "1 }}",
                "{{ 1" + "|abs".repeat(5000) + " }}",
                "{{ 1" + " + 1".repeat(5000) + " }}",
                "{% if 1 %}".repeat(5000) + "{% endif %}".repeat(5000),
                "a".repeat(TemplateLexer.MAX_TEMPLATE_CHARACTERS + 1))) {
            assertThrows(ModelException.class, () -> render(template));
        }
    }

    @Test
    void mutationsAreRenderedOrRefused() {
        List<String> parts = List.of(PARTS.split(" ", -1));
        Random random = new Random(3);
        for (int round = 0; round < 20_000; round++) {
            List<String> template =
                    new ArrayList<>(List.of("{% for x in list %} {{ x | trim }} {% endfor %}".split(" ", -1)));
            for (int change = random.nextInt(6); change >= 0; change--) {
                template.add(random.nextInt(template.size() + 1), parts.get(random.nextInt(parts.size())));
                if (random.nextInt(4) == 0) {
                    template.remove(random.nextInt(template.size()));
                }
            }
            String source = String.join(random.nextBoolean() ? " " : "", template);
            try {
                render(source);
            } catch (ModelException | TemplateException e) {
                assertTrue(String.valueOf(e.getMessage()).contains("line "), source);
            }
        }
    }

    private static String render(String template) {
        return ChatTemplate.parse(Path.of("t.jinja"), template).render(VARIABLES);
    }
}

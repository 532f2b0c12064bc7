"""The model's vocabulary: every word of the wordings, the names, colours and places; plurals and synonyms as aliases."""

import re

from .names import COLOURS, PLACES, SHAPES, plural, read_names
from .words import Words
from .wordings import EXTRA_WORDS, FILLERS, OFF_TOPIC, RELATIONS, SYNONYMS, WORDINGS


def wording_words() -> list[str]:
    texts = [text for wordings in WORDINGS.values() for text in wordings] + OFF_TOPIC
    texts += [text for texts in RELATIONS.values() for text in texts] + [text for pair in FILLERS for text in pair]
    texts += ["bigger smaller biggest smallest"]
    words = [word for text in texts for word in re.sub(r"\{\w+\}", " ", text).split()]
    return sorted(set(words))


def build_words() -> tuple[Words, list[str]]:
    """The tokenizer and the known names in order: icons, then shapes."""
    icons = read_names()
    names = [icon.name for icon in icons] + list(SHAPES)
    words = names + list(COLOURS) + list(PLACES) + EXTRA_WORDS
    aliases = {}
    for icon in icons:
        for synonym in icon.synonyms:
            aliases |= {synonym: icon.name, plural(synonym): icon.name}
    for name in names:
        aliases[plural(name)] = name
    for word, others in SYNONYMS.items():
        aliases |= {other: word for other in others}
        if word in SHAPES:
            aliases |= {plural(other): word for other in others}
    words += [word for word in wording_words() if word not in aliases]
    return Words.build(words, aliases), names

"""The word tokenizer: text to token ids and back, exactly as the engine does it."""

import json
import unicodedata
from pathlib import Path

PAD, BOS, SEP, EOS = range(4)
FIRST_BYTE = 4
FIRST_WORD = FIRST_BYTE + 256
MAX_WORD_BYTES = 16
SPECIAL = ("<pad>", "<bos>", "<sep>", "<eos>")


def split_words(text: str) -> list[str]:
    """NFKC, lower case, the runs of letters, marks and digits; an apostrophe stays between two of them."""
    text = unicodedata.normalize("NFKC", text).replace("\u2019", "'").lower()
    inside = [unicodedata.category(character)[0] in "LMN" for character in text]
    words, word = [], ""
    for index, character in enumerate(text):
        joins = character == "'" and word and index + 1 < len(text) and inside[index + 1]
        if inside[index] or joins:
            word += character
        elif word:
            words.append(word)
            word = ""
    return words + [word] if word else words


class Words:
    """A vocabulary of words and phrases over a fallback of bytes."""

    def __init__(self, tokens: list[str], phrases: list[str], aliases: dict[str, str]):
        self.tokens, self.phrases, self.aliases = tokens, phrases, aliases
        self.ids = {token: index for index, token in enumerate(tokens) if index >= FIRST_WORD}
        self.phrase_set = set(phrases)
        self.longest = max((phrase.count(" ") + 1 for phrase in phrases), default=1)

    @staticmethod
    def build(words: list[str], aliases: dict[str, str]) -> "Words":
        """words: the vocabulary in order, phrases among them; every alias must lead to one of them."""
        tokens = list(SPECIAL) + [f"<0x{value:02X}>" for value in range(256)] + list(dict.fromkeys(words))
        known = set(words)
        kept = {alias: word for alias, word in aliases.items() if word in known and alias not in known}
        phrases = sorted({text for text in list(known) + list(kept) if " " in text})
        return Words(tokens, phrases, dict(sorted(kept.items())))

    @staticmethod
    def read(path: Path) -> "Words":
        data = json.loads(path.read_text(encoding="utf-8"))
        return Words(data["tokens"], data["phrases"], data["aliases"])

    def write(self, path: Path) -> None:
        data = {"format": "psyne-words", "version": 1, "tokens": self.tokens, "phrases": self.phrases, "aliases": self.aliases}
        path.write_text(json.dumps(data, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    def units(self, text: str) -> list[str]:
        """The text's words, phrases taken together, the longest first."""
        words, units, start = split_words(text), [], 0
        while start < len(words):
            for length in range(min(self.longest, len(words) - start), 0, -1):
                unit = " ".join(words[start:start + length])
                if length == 1 or unit in self.phrase_set:
                    break
            units.append(unit)
            start += length
        return units

    def encode(self, text: str) -> list[int]:
        ids = []
        for unit in self.units(text):
            token = self.ids.get(self.aliases.get(unit, unit))
            ids += [token] if token is not None else [FIRST_BYTE + value for value in unit.encode()[:MAX_WORD_BYTES]]
        return ids

    def decode(self, ids: list[int]) -> str:
        parts, run = [], bytearray()
        for token in list(ids) + [PAD]:
            if FIRST_BYTE <= token < FIRST_WORD:
                run.append(token - FIRST_BYTE)
                continue
            if run:
                parts.append(run.decode("utf-8", errors="replace"))
                run = bytearray()
            if token >= FIRST_WORD:
                parts.append(self.tokens[token])
        return " ".join(parts)

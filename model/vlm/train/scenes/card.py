"""Writes the measured figures of eval.json into the model card, between its markers."""

import argparse
import json
import re
from pathlib import Path

from .evaluation import markdown


def calibration_lines(record: dict) -> str:
    lines = [f"Temperature {record['temperature']}, threshold {record['threshold']}.", "",
             "| split | questions | expected calibration error | right | right when sure | withheld | right ones withheld |", "|---|---|---|---|---|---|---|"]
    for name, part in record["splits"].items():
        shares = " | ".join(f"{part[figure]:.2f}" for figure in ("accuracy", "accuracyWhenSure", "withheld", "withheldRight"))
        lines.append(f"| {name} | {part['questions']} | {part['error']:.3f} | {shares} |")
    return "\n".join(lines)


def size_lines(folder: Path) -> str:
    """What lies in the directory."""
    files = [(name, (folder / name).stat().st_size) for name in ("model.safetensors", "photo.safetensors", "model.json", "photo.json", "tokenizer.json")]
    rows = [f"| {name} | {size:,} |" for name, size in files]
    return "\n".join(["| file | bytes |", "|---|---|", *rows, f"| together | {sum(size for _, size in files):,} |"])


def replace(text: str, marker: str, content: str) -> str:
    pattern = re.compile(rf"(<!-- {marker} -->\n).*?(\n<!-- /{marker} -->)", re.DOTALL)
    return pattern.sub(lambda match: match.group(1) + content + match.group(2), text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    folder = Path(parser.parse_args().model)
    record, card = json.loads((folder / "eval.json").read_text()), folder / "MODEL_CARD.md"
    text = replace(card.read_text(), "accuracy", markdown(record["splits"]))
    text = replace(text, "calibration", calibration_lines(record["calibration"]))
    card.write_text(replace(text, "size", size_lines(folder)))


if __name__ == "__main__":
    main()

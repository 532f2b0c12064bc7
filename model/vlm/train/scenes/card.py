"""Writes the measured figures of eval.json into the model card, between its markers."""

import argparse
import json
import re
from pathlib import Path

from .evaluation import markdown


def calibration_lines(record: dict) -> str:
    photographs, seen = record["photographs"], record["seen"]
    lines = [f"Temperature {record['temperature']}, threshold {record['threshold']}.", "",
             "| what was asked about | questions | answered with the sentence | without the threshold |", "|---|---|---|---|"]
    for name, title in (("calibration", "photographs, calibration half"), ("test", "photographs, test half")):
        part = photographs[name]
        lines.append(f"| {title} | {part['questions']} | {part['rejected']:.2f} | {part['rejectedWithoutThreshold']:.2f} |")
    lines.append(f"| right answers in seen styles, wrongly withheld | {seen['rightAnswers']} | {seen['rejected']:.2f} | 0.00 |")
    return "\n".join(lines)


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
    card.write_text(text)


if __name__ == "__main__":
    main()

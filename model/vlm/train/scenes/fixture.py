"""The fixed questions the engine's tests ask: small scenes, their expected answers, and floors under the measured scores."""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image

from .evaluation import REPORTED
from .reference import Model
from .splits import Split, Tools

SCENES, QUESTIONS, MOST_QUESTIONS = 20, 60, 16
MOST_BYTES = 16_500
SLACK = 0.04
SPLITS = (Split("seen", ("noto", "fluent-emoji-flat", "fluent-emoji")), Split("fxemoji", ("fxemoji",)))
COUNTS = (1, 2, 3, 4, 2)
SEED = 4242


def draw_split(tools: Tools, split: Split, folder: Path) -> list[dict]:
    """Writes the split's pictures and returns its questions."""
    random = np.random.default_rng([SEED, len(split.styles)])
    composer, asker = tools.composer(split), tools.asker(split)
    records, written = [], 0
    while written < SCENES:
        scene = composer.scene(random, COUNTS[written % len(COUNTS)])
        file = folder / f"{split.name}-{written:02d}.png"
        Image.fromarray(scene.image).save(file, optimize=True)
        if file.stat().st_size > MOST_BYTES:
            continue
        asked = [question for question in asker.ask(scene, random, QUESTIONS) if question.kind in REPORTED]
        records += [{"image": file.name, "question": question.text, "kind": question.kind, "split": split.name, "answers": [question.answer]}
                    for question in asked[:MOST_QUESTIONS]]
        written += 1
    return records


def measure(model: Model, records, folder: Path) -> dict:
    """The reference's accuracy by split and kind, adding its answer to every record."""
    tally, pictures = defaultdict(list), {}
    for record in records:
        if record["image"] not in pictures:
            regions = model.encode(model.pixels(np.asarray(Image.open(folder / record["image"]).convert("RGB"))))
            pictures[record["image"]] = regions, model.chances(regions)
        answer = model.answer(*pictures[record["image"]], record["question"])
        record["reference"] = answer.text
        tally[record["split"], record["kind"]].append(answer.text in record["answers"])
        tally[record["split"], "all"].append(answer.text in record["answers"])
    return {split.name: {kind: {"questions": len(right), "accuracy": round(float(np.mean(right)), 4)}
                         for (name, kind), right in sorted(tally.items()) if name == split.name} for split in SPLITS}


def floor(cell: dict) -> float:
    """A few points below the measured accuracy; at least one question may turn in a small cell."""
    return round(max(0.0, cell["accuracy"] - max(SLACK, 1.5 / cell["questions"])), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    tools, model = Tools(Path(options.data), Path(options.photos), 79), Model(Path(options.model))
    records = [record for split in SPLITS for record in draw_split(tools, split, folder)]
    measured = measure(model, records, folder)
    floors = {split: {kind: floor(cell) for kind, cell in cells.items()} for split, cells in measured.items()}
    record = {"model": model.configuration["sha256"]["model.safetensors"], "measured": measured, "floors": floors, "questions": records}
    (folder / "questions.json").write_text(json.dumps(record, indent=0) + "\n")
    print(len(records), json.dumps({split: cells["all"] for split, cells in measured.items()}))


if __name__ == "__main__":
    main()

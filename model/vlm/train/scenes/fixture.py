"""The fixed questions the engine's tests ask: small scenes and photographs, their expected answers, and floors under the measured scores."""

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
PHOTOGRAPH_EDGE, QUALITY = 256, 85
PHOTOGRAPHS = {
    "chelsea.png": (("what is this?", "what", "cat"), ("is there a cat?", "exist", "yes"), ("is there a dog?", "exist", "no"),
                    ("how many cats are there?", "count", "1"), ("is there a bicycle in the picture?", "exist", "no")),
    "astronaut.png": (("is there a person?", "exist", "yes"), ("is there a cat?", "exist", "no"), ("is there an elephant?", "exist", "no"),
                      ("how many people are there?", "count", "1")),
    "coffee.png": (("is there a cup?", "exist", "yes"), ("is there a dog?", "exist", "no"), ("how many cups are there?", "count", "1"),
                   ("is there a spoon in the picture?", "exist", "yes")),
}
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


def photograph_questions(photos: Path, folder: Path) -> list[dict]:
    """Writes small copies of free photographs and returns their questions."""
    records = []
    for source, asked in PHOTOGRAPHS.items():
        image = Image.open(photos / source).convert("RGB")
        image.thumbnail((PHOTOGRAPH_EDGE, PHOTOGRAPH_EDGE), Image.Resampling.LANCZOS)
        file = folder / (Path(source).stem + ".jpg")
        image.save(file, quality=QUALITY, optimize=True)
        records += [{"image": file.name, "question": text, "kind": kind, "split": "photographs", "answers": [answer]} for text, kind, answer in asked]
    return records


def measure(model: Model, records, folder: Path) -> dict:
    """The reference's accuracy by split and kind, adding its answer to every record."""
    tally, pictures = defaultdict(list), {}
    for record in records:
        if record["image"] not in pictures:
            pictures[record["image"]] = model.look(np.asarray(Image.open(folder / record["image"]).convert("RGB")))
        answer = model.answer(pictures[record["image"]], record["question"])
        record["reference"] = answer.text
        tally[record["split"], record["kind"]].append(answer.text in record["answers"])
        tally[record["split"], "all"].append(answer.text in record["answers"])
    measured = defaultdict(dict)
    for (split, kind), right in sorted(tally.items()):
        measured[split][kind] = {"questions": len(right), "accuracy": round(float(np.mean(right)), 4)}
    return measured


def floor(cell: dict) -> float:
    """A few points below the measured accuracy; two questions may turn in a small cell."""
    return round(max(0.0, cell["accuracy"] - max(SLACK, 2.5 / cell["questions"])), 3)


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
    records = [record for split in SPLITS for record in draw_split(tools, split, folder)] + photograph_questions(Path(options.photos), folder)
    measured = measure(model, records, folder)
    floors = {split: {kind: floor(cell) for kind, cell in cells.items()} for split, cells in measured.items()}
    record = {"model": model.configuration["sha256"]["model.safetensors"], "measured": measured, "floors": floors, "questions": records}
    (folder / "questions.json").write_text(json.dumps(record, indent=0) + "\n")
    print(len(records), json.dumps({split: cells["all"] for split, cells in measured.items()}))


if __name__ == "__main__":
    main()

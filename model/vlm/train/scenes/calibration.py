"""Chooses the temperature and the confidence threshold, and reports how photographs and known scenes fare under them."""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .configuration import IMAGE_SIZE, PAD_COLOUR
from .exported import Exported
from .packing import IGNORED, normalise
from .questions import UNSURE
from .reference import letterbox
from .splits import SPLITS, Tools, generator

FALSE_REJECTION = 0.06
CROPS, PHOTO_QUESTIONS, SCENE_BATCHES, SCENES = 5, 4, 8, 16
TEMPERATURES = np.geomspace(0.5, 3, 30)
PHOTO_WORDINGS = ("what is this", "what do you see", "describe the picture", "how many things are there", "is there a {name}", "where is the {name}",
                  "how many {name}s are there", "what is at the top left", "what colour is the circle", "is the {name} left of the car")


def photo_crops(folder: Path, random, share) -> np.ndarray:
    """Letterboxed crops of every second photograph of a folder: share 0 calibrates, share 1 tests."""
    files = sorted(file for file in folder.iterdir() if file.suffix in (".jpg", ".png", ".webp"))
    pictures = []
    for file in files[share::2]:
        pixels = np.asarray(Image.open(file).convert("RGB"))
        for _ in range(CROPS):
            height, width = (int(edge * random.uniform(0.35, 1)) for edge in pixels.shape[:2])
            top, left = random.integers(pixels.shape[0] - height + 1), random.integers(pixels.shape[1] - width + 1)
            pictures.append(letterbox(pixels[top:top + height, left:left + width], IMAGE_SIZE, PAD_COLOUR))
    return np.stack(pictures)


def ask_photos(model: Exported, pictures, names, random):
    """(is unsure at once, log confidence) of several questions about every picture."""
    seen, outcomes = model.regions(normalise(pictures)), []
    for _ in range(PHOTO_QUESTIONS):
        wordings = [PHOTO_WORDINGS[index] for index in random.integers(len(PHOTO_WORDINGS), size=len(pictures))]
        questions = [wording.format(name=names[random.integers(len(names))]) for wording in wordings]
        outcomes += [(ids[0] == model.rule["unsure"], sum(chances) / len(chances)) for ids, chances in model.generate(seen, questions)]
    return outcomes


def seen_answers(model: Exported, tools: Tools):
    """Logits, targets and packed questions of validation scenes in the styles of training."""
    split = SPLITS[0]
    composer, asker, packer, random = tools.composer(split), tools.asker(split), tools.packer(), generator(split, 2)
    collected = []
    for _ in range(SCENE_BATCHES):
        scenes = [composer.scene(random) for _ in range(SCENES)]
        batch = packer.pack(scenes, [asker.ask(scene, random, 14) for scene in scenes], random)
        emits = batch.targets != IGNORED
        logits = model.logits(batch.tokens, batch.positions, batch.segments, model.regions(batch.image), emits)
        collected.append((batch, emits, logits))
    return collected


def fit_temperature(collected) -> float:
    logits = torch.cat([logits for _, _, logits in collected])
    targets = torch.cat([batch.targets[emits] for batch, emits, _ in collected])
    losses = [F.cross_entropy(logits / temperature, targets).item() for temperature in TEMPERATURES]
    return round(float(TEMPERATURES[int(np.argmin(losses))]), 3)


def right_confidences(model: Exported, collected) -> list[float]:
    """Log confidences of the rightly answered questions whose answer is not that the model is unsure."""
    confidences = []
    for batch, emits, logits in collected:
        chances, right = torch.zeros(batch.targets.shape), torch.ones(batch.targets.shape, dtype=torch.bool)
        targets = batch.targets[emits]
        chances[emits] = (logits / model.rule["temperature"]).log_softmax(-1).gather(1, targets[:, None])[:, 0]
        right[emits] = logits.argmax(-1) == targets
        for _, row, first, end in batch.kinds:
            if batch.targets[row, first] != model.rule["unsure"] and right[row, first:end].all():
                confidences.append(chances[row, first:end].mean().item())
    return confidences


def rejection(outcomes, threshold: float) -> float:
    return float(np.mean([unsure or math.exp(confidence) < threshold for unsure, confidence in outcomes]))


def calibrate(model: Exported, tools: Tools, photos: Path) -> dict:
    random = np.random.default_rng(5)
    collected = seen_answers(model, tools)
    model.rule["temperature"] = fit_temperature(collected)
    confidences = np.exp(right_confidences(model, collected))
    threshold = round(float(np.quantile(confidences, FALSE_REJECTION)), 3)
    outcomes = [ask_photos(model, photo_crops(photos, random, share), tools.icons, random) for share in (0, 1)]
    return {
        "temperature": model.rule["temperature"], "threshold": threshold, "word": UNSURE,
        "photographs": {name: {"questions": len(part), "rejected": round(rejection(part, threshold), 4),
                               "rejectedWithoutThreshold": round(rejection(part, 0), 4)}
                        for name, part in zip(("calibration", "test"), outcomes)},
        "seen": {"rightAnswers": len(confidences), "rejected": round(float((confidences < threshold).mean()), 4)},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--foreign", required=True, help="folder of photographs that were not trained on")
    options = parser.parse_args()
    folder = Path(options.model)
    model, tools = Exported(folder), Tools(Path(options.data), Path(options.photos), 78)
    result = calibrate(model, tools, Path(options.foreign))
    model.configuration["answer"] |= {"threshold": result["threshold"], "temperature": result["temperature"]}
    (folder / "model.json").write_text(json.dumps(model.configuration, indent=2) + "\n")
    path = folder / "eval.json"
    record = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(record | {"calibration": result}, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()

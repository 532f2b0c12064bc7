"""Chooses the temperature and the confidence threshold of the answers, and measures how well the confidence is calibrated."""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .exported import Exported
from .packing import IGNORED
from .questions import UNSURE
from .splits import SPLITS, Split, Tools, generator

FALSE_REJECTION = 0.03
BATCHES, SCENES, QUESTIONS, BINS = 12, 16, 14, 15
TEMPERATURES = np.geomspace(0.4, 3, 60)
FITTED, TESTED = 2, 3
SCORED = ("seen", "fxemoji", "openmoji", "photographed")


def answered(model: Exported, tools: Tools, split: Split, purpose: int) -> list:
    """Validation batches of a split with the logits of their answers; other scenes for every purpose."""
    composer, asker, packer, random = tools.composer(split), tools.asker(split), tools.packer(), generator(split, purpose)
    collected = []
    for _ in range(BATCHES):
        scenes = [tools.scene(split, composer, random) for _ in range(SCENES)]
        batch = packer.pack(scenes, [asker.ask(scene, random, QUESTIONS) for scene in scenes], random)
        emits = batch.targets != IGNORED
        seen = model.regions(batch.image, batch.content, batch.things)
        collected.append((batch, emits, model.logits(batch.tokens, batch.positions, batch.segments, seen, emits)))
    return collected


def fit_temperature(collected) -> float:
    logits = torch.cat([logits for _, _, logits in collected])
    targets = torch.cat([batch.targets[emits] for batch, emits, _ in collected])
    losses = [F.cross_entropy(logits / temperature, targets).item() for temperature in TEMPERATURES]
    return round(float(TEMPERATURES[int(np.argmin(losses))]), 3)


def first_answers(collected, temperature: float, unsure: int) -> tuple[np.ndarray, np.ndarray]:
    """Confidence of the likeliest first word of every answer and whether it is right; answers that should be or are unsure are left out."""
    confidences, right = [], []
    for batch, emits, logits in collected:
        places = emits.nonzero()
        first = {(row, start) for _, row, start, _ in batch.kinds}
        shares, chosen = (logits / temperature).softmax(-1).max(-1)
        for (row, column), share, token in zip(places.tolist(), shares.tolist(), chosen.tolist()):
            wanted = batch.targets[row, column].item()
            if (row, column) in first and unsure not in (wanted, token):
                confidences.append(share)
                right.append(token == wanted)
    return np.array(confidences), np.array(right)


def calibration_error(confidences, right) -> float:
    """Expected calibration error over equal bins of confidence (Guo et al. 2017)."""
    bins = np.minimum((confidences * BINS).astype(int), BINS - 1)
    gaps = [abs(confidences[bins == index].mean() - right[bins == index].mean()) * (bins == index).mean() for index in range(BINS) if (bins == index).any()]
    return round(float(sum(gaps)), 4)


def calibrate(model: Exported, tools: Tools) -> dict:
    splits = {split.name: split for split in SPLITS}
    fitted = answered(model, tools, splits["seen"], FITTED) + answered(model, tools, splits["photographed"], FITTED)
    temperature = fit_temperature(fitted)
    unsure = model.rule["unsure"]
    confidences, right = first_answers(fitted, temperature, unsure)
    threshold = round(float(np.quantile(confidences[right], FALSE_REJECTION)), 3)
    measured = {}
    for name in SCORED:
        sure, correct = first_answers(answered(model, tools, splits[name], TESTED), temperature, unsure)
        kept = sure >= threshold
        measured[name] = {"questions": len(sure), "error": calibration_error(sure, correct), "accuracy": round(float(correct.mean()), 4),
                          "withheld": round(float((~kept).mean()), 4), "withheldRight": round(float((~kept & correct).sum() / correct.sum()), 4),
                          "accuracyWhenSure": round(float(correct[kept].mean()), 4)}
    return {"temperature": temperature, "threshold": threshold, "word": UNSURE, "splits": measured}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--photos", required=True)
    options = parser.parse_args()
    folder = Path(options.model)
    model, tools = Exported(folder), Tools(Path(options.data), Path(options.photos), 78)
    result = calibrate(model, tools)
    model.configuration["answer"] |= {"threshold": result["threshold"], "temperature": result["temperature"]}
    (folder / "model.json").write_text(json.dumps(model.configuration, indent=2) + "\n")
    path = folder / "eval.json"
    record = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(record | {"calibration": result}, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()

"""Scores the exported directory: kinds of question by split, each beside the blind and the majority baseline.

Scenes are asked what comes naturally first. Some kinds are rare in that; for these further scenes of the same split are drawn, whose
questions of the other kinds are not asked, until every kind that the split has at all was asked WANTED times.

The split "photographed" has the photo tower's things simulated; whole pictures through both towers are scored by `psyne eval` over what
dataset.py writes."""

import argparse
import json
import math
from collections import Counter, defaultdict
from pathlib import Path

import torch

from .exported import Exported
from .net import Regions
from .packing import IGNORED
from .splits import SPLITS, Split, Tools, generator

WANTED, NATURAL_SCENES, FURTHER_SHARE, SCENES, QUESTIONS = 500, 640, 3, 16, 36
FURTHER_OF_A_KIND = 3
ASKED_ANYWHERE = ("unknown_name", "off_topic")
UNSURE_KINDS = ("foreign", "unknown_name", "unknown_thing", "off_topic")
REPORTED = ("what", "describe", "place_what", "count", "count_all", "colour", "colour_what", "exist", "exist_colour", "where", "relation",
            "relation_what", "size", "size_yes", "size_most")


class Cell:
    """One split's score in one kind."""

    def __init__(self):
        self.right = self.blind = self.number = 0
        self.answers = Counter()

    def add(self, answer: str, right: bool, blind: bool) -> None:
        self.number += 1
        self.right += right
        self.blind += blind
        self.answers[answer] += 1

    def record(self) -> dict:
        majority = self.answers.most_common(1)[0][1] / self.number
        return {"questions": self.number, "accuracy": round(self.right / self.number, 4), "blind": round(self.blind / self.number, 4),
                "majority": round(majority, 4)}


def verdicts(model: Exported, batch, seen) -> dict[tuple[int, int], bool]:
    """For every packed question, by row and first token: whether greedy decoding gives exactly the answer, with enough confidence.

    Greedy decoding equals the answer if and only if every token is the most likely one after the answer's own beginning."""
    emits = batch.targets != IGNORED
    logits = model.logits(batch.tokens, batch.positions, batch.segments, seen, emits)
    targets = batch.targets[emits]
    right = torch.ones(batch.targets.shape, dtype=torch.bool)
    right[emits] = logits.argmax(-1) == targets
    chances = torch.zeros(batch.targets.shape)
    chances[emits] = (logits / model.rule["temperature"]).log_softmax(-1).gather(1, targets[:, None])[:, 0]
    result = {}
    for kind, row, first, end in batch.kinds:
        sure = math.exp(chances[row, first:end].mean().item()) >= model.rule["threshold"]
        unsure = batch.targets[row, first].item() == model.rule["unsure"]
        result[row, first] = bool(right[row, first:end].all()) and (sure or unsure)
    return result


def blinded(seen: Regions) -> Regions:
    """Another picture's regions."""
    return seen.map(lambda values: values.roll(1, 0))


class Examination:
    """One split's questions, put to the model batch by batch."""

    def __init__(self, model: Exported, tools: Tools, split: Split):
        self.model, self.tools, self.split = model, tools, split
        self.composer, self.asker, self.packer, self.random = tools.composer(split), tools.asker(split), tools.packer(), generator(split, 1)
        self.cells = defaultdict(Cell)

    def natural(self, scenes: int) -> None:
        """Questions of all kinds, as often as they come."""
        for _ in range(0, scenes, SCENES):
            drawn = [self.scene() for _ in range(SCENES)]
            self.put(drawn, [self.asker.ask(scene, self.random, QUESTIONS) for scene in drawn])

    def further(self, scenes: int) -> None:
        """Questions of the kinds that are rare but not absent, from so many scenes at most; a scene without such a question is passed over."""
        pairs, rare = [], self.rare()
        for _ in range(scenes):
            if not rare:
                return
            scene = self.scene()
            questions = self.asker.ask(scene, self.random, QUESTIONS, rare, FURTHER_OF_A_KIND)
            if questions:
                pairs.append((scene, questions))
            if len(pairs) == SCENES:
                self.put(*zip(*pairs))
                pairs, rare = [], self.rare()

    def scene(self):
        return self.tools.scene(self.split, self.composer, self.random)

    def rare(self) -> set[str]:
        return {kind for kind in (*REPORTED, *ASKED_ANYWHERE) if 0 < self.cells[kind].number < WANTED}

    def put(self, scenes, asked) -> None:
        batch = self.packer.pack(scenes, asked, self.random)
        seen = self.model.regions(batch.image, batch.content, batch.things)
        sighted, blind = verdicts(self.model, batch, seen), verdicts(self.model, batch, blinded(seen))
        for kind, row, first, end in batch.kinds:
            answer = self.model.words.decode(batch.targets[row, first:end - 1].tolist())
            self.cells[kind].add(answer, sighted[row, first], blind[row, first])


def score(model: Exported, tools: Tools, split: Split, scenes: int) -> dict[str, Cell]:
    examination = Examination(model, tools, split)
    examination.natural(scenes)
    examination.further(FURTHER_SHARE * scenes)
    return examination.cells


def overall(cells: dict) -> dict:
    """All kinds together, each weighing the same."""
    kinds = [cells[kind].record() for kind in REPORTED if cells[kind].number]
    return {"questions": sum(kind["questions"] for kind in kinds)} | {
        figure: round(sum(kind[figure] for kind in kinds) / len(kinds), 4) for figure in ("accuracy", "blind", "majority")}


def evaluate(model: Exported, tools: Tools, scenes: int, chosen) -> dict:
    table = {}
    for split in chosen:
        cells = score(model, tools, split, scenes)
        table[split.name] = {"all": overall(cells)} | {kind: cells[kind].record() for kind in (*REPORTED, *UNSURE_KINDS) if cells[kind].number}
        print(split.name, {kind: record["accuracy"] for kind, record in table[split.name].items()}, flush=True)
    return table


def markdown(table: dict) -> str:
    """A row a kind; each cell: accuracy (blind / majority)."""
    splits = list(table)
    lines = ["| kind | " + " | ".join(splits) + " |", "|---|" + "---|" * len(splits)]
    for kind in ("all", *REPORTED, *UNSURE_KINDS):
        cells = [table[split].get(kind) for split in splits]
        texts = [f"{cell['accuracy']:.2f} ({cell['blind']:.2f} / {cell['majority']:.2f})" if cell else "" for cell in cells]
        lines.append(f"| {kind} | " + " | ".join(texts) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--scenes", type=int, default=NATURAL_SCENES, help=f"natural scenes a split; {FURTHER_SHARE} times as many more at most for rare kinds")
    parser.add_argument("--splits", nargs="*", default=[split.name for split in SPLITS])
    options = parser.parse_args()
    folder = Path(options.model)
    model, tools = Exported(folder), Tools(Path(options.data), Path(options.photos), 77)
    path = folder / "eval.json"
    record = json.loads(path.read_text()) if path.exists() else {}
    chosen = [split for split in SPLITS if split.name in options.splits]
    record |= {"model": model.configuration["sha256"]["model.safetensors"], "splits": evaluate(model, tools, options.scenes, chosen)}
    path.write_text(json.dumps(record, indent=1) + "\n")
    print(markdown(record["splits"]))


if __name__ == "__main__":
    main()

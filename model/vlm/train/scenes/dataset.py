"""Writes the test splits as VQA v2 publishes its own, for `psyne eval`: whole pictures through both towers.

The split "photographs" is composed of crops of the scikit-image photographs whose content is known, one to three in a picture, and asked
about what they show; no photograph of it was trained on as a thing."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from .compose import Scene
from .evaluation import REPORTED
from .layout import PHOTO, Thing
from .questions import UNSURE, Asker
from .splits import SPLITS, Split, Tools, generator

SENTENCE = "I am not sure."
WRITTEN = 4
PICTURES, QUESTIONS, ANSWERS = 400, 6, 10
ENLARGED = 3
COMPOSITE = (480, 640)
JPEG = [cv2.IMWRITE_JPEG_QUALITY, 92]


@dataclass(frozen=True)
class Photograph:
    """A crop that shows one thing: left, top, right and bottom in shares of the photograph."""

    file: str
    name: str
    box: tuple[float, float, float, float]


PHOTOGRAPHS = (
    Photograph("chelsea.png", "cat", (0.1, 0.0, 0.95, 1.0)),
    Photograph("astronaut.png", "person", (0.0, 0.0, 0.85, 1.0)),
    Photograph("coffee.png", "cup", (0.2, 0.05, 0.9, 0.9)),
    Photograph("motorcycle_left.png", "motorcycle", (0.0, 0.0, 1.0, 1.0)),
)
PHOTOGRAPHED = Split("photographs", SPLITS[0].styles, photographed=True)


class Writer:
    """Questions, annotations and pictures of one split."""

    def __init__(self, folder: Path, split: str):
        self.folder, self.split, self.questions, self.annotations, self.pictures = folder, split, [], [], 0
        (folder / split).mkdir(parents=True, exist_ok=True)

    def add(self, picture: np.ndarray, asked) -> None:
        self.pictures += 1
        Image.fromarray(picture).save(self.folder / self.split / f"COCO_{self.split}_{self.pictures:012d}.jpg", quality=92)
        for question in asked:
            number = self.pictures * 100 + len(self.questions) % 100
            answer = SENTENCE if question.answer == UNSURE else question.answer
            self.questions.append({"image_id": self.pictures, "question": question.text, "question_id": number})
            self.annotations.append({
                "question_id": number, "image_id": self.pictures, "question_type": question.kind, "multiple_choice_answer": answer,
                "answer_type": "yes/no" if answer in ("yes", "no") else "number" if answer.isdigit() else "other",
                "answers": [{"answer": answer, "answer_confidence": "yes", "answer_id": index + 1} for index in range(ANSWERS)]})

    def close(self) -> None:
        base = {"info": {"description": f"Psyne scenes, split {self.split}"}, "data_type": "mscoco", "data_subtype": self.split}
        (self.folder / f"v2_OpenEnded_mscoco_{self.split}_questions.json").write_text(json.dumps(base | {"questions": self.questions}))
        (self.folder / f"v2_mscoco_{self.split}_annotations.json").write_text(json.dumps(base | {"annotations": self.annotations}))


def reported(asker: Asker, scene: Scene, random) -> list:
    asked = [question for question in asker.ask(scene, random, 4 * QUESTIONS) if question.kind in REPORTED]
    return asked[:QUESTIONS]


def composite(tools: Tools, photographs, random) -> tuple[np.ndarray, Scene]:
    """One to three photographs beside each other on a plain ground."""
    height, width = COMPOSITE
    canvas = np.empty((height, width, 3), np.uint8)
    canvas[:] = random.integers(90, 220, 3)
    count = 1 + int(random.choice(3, p=(0.4, 0.35, 0.25)))
    things, edge = [], width // count
    for index, (photograph, pixels) in enumerate(photographs[choice] for choice in random.permutation(len(photographs))[:count]):
        scale = random.uniform(0.55, 0.95) * min(edge / pixels.shape[1], height / pixels.shape[0])
        size = [int(pixels.shape[1] * scale), int(pixels.shape[0] * scale)]
        piece = cv2.resize(pixels[:, ::-1] if random.random() < 0.5 else pixels, size, interpolation=cv2.INTER_AREA)
        left = index * edge + random.integers(edge - size[0] + 1)
        top = random.integers(height - size[1] + 1)
        canvas[top:top + size[1], left:left + size[0]] = piece
        things.append(Thing(photograph.name, PHOTO, None, float(np.sqrt(size[0] * size[1])), (left + size[0] / 2) / width, (top + size[1] / 2) / height,
                            float(size[0] * size[1])))
    return canvas, Scene(canvas, things)


def read_photographs(folder: Path) -> list:
    result = []
    for photograph in PHOTOGRAPHS:
        pixels = np.asarray(Image.open(folder / photograph.file).convert("RGB"))
        height, width = pixels.shape[:2]
        left, top, right, bottom = photograph.box
        result.append((photograph, pixels[int(top * height):int(bottom * height), int(left * width):int(right * width)]))
    return result


def enlarged(scene: Scene) -> np.ndarray:
    """The scene's content without its padding, as large as people send pictures."""
    left, top, width, height = scene.content
    picture = np.ascontiguousarray(scene.image[top:top + height, left:left + width])
    return np.repeat(np.repeat(picture, ENLARGED, 0), ENLARGED, 1)


def write_drawn(tools: Tools, split: Split, folder: Path) -> None:
    writer, composer, asker, random = Writer(folder, split.name), tools.composer(split), tools.asker(split), generator(split, WRITTEN)
    for _ in range(PICTURES):
        scene = composer.scene(random)
        writer.add(enlarged(scene), reported(asker, scene, random) if not scene.foreign else [])
    writer.close()


def write_photographs(tools: Tools, photos: Path, folder: Path) -> None:
    writer, asker, random = Writer(folder, PHOTOGRAPHED.name), tools.asker(SPLITS[0]), np.random.default_rng([WRITTEN, WRITTEN])
    photographs = read_photographs(photos)
    for _ in range(PICTURES):
        picture, scene = composite(tools, photographs, random)
        writer.add(picture, reported(asker, scene, random))
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    tools, folder = Tools(Path(options.data), Path(options.photos), 80), Path(options.out)
    for split in SPLITS:
        if not split.photographed:
            write_drawn(tools, split, folder)
    write_photographs(tools, Path(options.photos), folder)


if __name__ == "__main__":
    main()

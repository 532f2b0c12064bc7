"""Golden cases for other engines: every intermediate of a few pictures, things in photographs and questions, and tokenizer cases."""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

from .atlas import Atlas
from .backgrounds import Backgrounds
from .compose import Composer
from .layout import Layouts
from .reference import Model, Sighting

SIZES = ((200, 150), (128, 128), (97, 240), (60, 60))
QUESTIONS = ("What is this?", "How many things are there?", "is the {name} left of the cup?", "describe teh picture, please")
THINGS = (0, 3, 16, 20)
PIXEL_STRIDE = 3
TEXTS = ("", "   ", "?!...", "What is this?", "What\u2019s this?", "WHAT  COLOUR\tIS\nTHE CIRCLE", "alarm clocks", "Is there an alarm-clock?", "alarm",
         "How many kitties or cats?", "the top left corner", "upper left", "top", "light bulb lightbulb light-bulb", "describ the pictrue", "'quoted' o'clock dogs'",
         "na\u00efve caf\u00e9", "\uff43\uff41\uff54 \ufb01sh", "\u00bfD\u00f3nde est\u00e1 el gato?", "\u732b", "\U0001f431 cat", "\u0928\u092e\u0938\u094d\u0924\u0947",
         "donaudampfschifffahrtsgesellschaft", "3 cats and 12 dogs", "\u00bd \u2167 x\u00b2", "\u0130stanbul STRASSE stra\u00dfe", "a\u0301 e\u0301tude", "fire engine fire",
         "christmas", "ice cream ice", "half-eaten_cake", "cat/dog:cow;pig", "l'\u00e9t\u00e9 'n' rock''n roll")


def pictures(atlas, photos, folder: Path) -> list[tuple[str, np.ndarray, str]]:
    """PNG files of scenes at odd sizes; (file, pixels, a name in it)."""
    random = np.random.default_rng(11)
    composer = Composer(Layouts(atlas, Backgrounds(photos, 11), ("noto", "fluent-emoji-flat")))
    made = []
    for index, size in enumerate(SIZES):
        scene = composer.scene(random, count=1 + index % 4)
        image = Image.fromarray(scene.image).resize(size, Image.Resampling.BICUBIC)
        name = f"scene-{index}.png"
        image.save(folder / name, optimize=True)
        made.append((name, np.asarray(image), next(thing.name for thing in scene.things)))
    return made


def seen(count: int, random) -> list:
    """What a detector might say: classes and scores, box, colour of so many things of all sizes and certainties."""
    things = []
    for score in np.linspace(0.95, 0.21, count):
        classes = [int(index) for index in random.choice(80, 3, False)]
        scores = [float(score), *(float(value) for value in np.sort(score * random.uniform(0, 0.9, 2))[::-1])]
        width, height = random.uniform(0.05, 0.6, 2)
        things.append((classes, scores, [float(random.uniform(0, 1 - width)), float(random.uniform(0, 1 - height)), float(width), float(height)],
                       [float(value) for value in random.random(3)]))
    return things


def intermediates(model: Model, image: np.ndarray, regions, answer) -> dict[str, np.ndarray]:
    text = (answer.prompt + answer.ids)[:-1]
    match, clue = model.matches(text, regions)
    return {"pixels": model.pixels(image)[:, ::PIXEL_STRIDE, ::PIXEL_STRIDE], "regions": regions.vectors, "chances": regions.chances,
            "centres": regions.centres, "places": regions.places, "areas": regions.areas, "match": match, "clue": clue,
            "text": model.text_input(text, regions), "logits": np.stack(answer.logits)}


def write(model: Model, cases, folder: Path) -> None:
    tensors, records, random = {}, [], np.random.default_rng(12)
    for index, (file, image, name) in enumerate(cases):
        things = seen(THINGS[index], random)
        regions = model.look(image, model.sightings(things))
        answer = model.answer(regions, QUESTIONS[index].format(name=name))
        case = f"case{index}"
        tensors |= {f"{case}.{stage}": value for stage, value in intermediates(model, image, regions, answer).items()}
        records.append({"case": case, "file": file, "question": QUESTIONS[index].format(name=name), "prompt": answer.prompt, "tokens": answer.ids,
                        "words": answer.words, "answer": answer.text, "confidence": answer.confidence, "counted": len(regions.vectors) - model.grid ** 2,
                        "things": [{"classes": classes, "scores": scores, "box": box, "colour": colour} for classes, scores, box, colour in things]})
    save_file({name: np.ascontiguousarray(value, np.float32) for name, value in tensors.items()}, folder / "golden.safetensors")
    texts = [{"text": text, "ids": model.words.encode(text), "decoded": model.words.decode(model.words.encode(text))} for text in TEXTS]
    record = {"model": model.configuration["sha256"], "pixelStride": PIXEL_STRIDE, "cases": records, "texts": texts}
    (folder / "golden.safetensors").chmod(0o644)
    (folder / "golden.json").write_text(json.dumps(record, indent=1, ensure_ascii=True) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    write(Model(Path(options.model)), pictures(Atlas(Path(options.data)), Path(options.photos), out), out)


if __name__ == "__main__":
    main()

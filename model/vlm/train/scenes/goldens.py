"""Golden cases for other engines: every intermediate of a few pictures and questions, and tokenizer cases."""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

from .atlas import Atlas
from .backgrounds import Backgrounds
from .compose import Composer
from .reference import Model

SIZES = ((200, 150), (128, 128), (97, 240), (60, 60))
QUESTIONS = ("What is this?", "How many things are there?", "where is the {name}", "describe teh picture, please")
TEXTS = ("", "   ", "?!...", "What is this?", "What\u2019s this?", "WHAT  COLOUR\tIS\nTHE CIRCLE", "alarm clocks", "Is there an alarm-clock?", "alarm",
         "How many kitties or cats?", "the top left corner", "upper left", "top", "light bulb lightbulb light-bulb", "describ the pictrue", "'quoted' o'clock dogs'",
         "na\u00efve caf\u00e9", "\uff43\uff41\uff54 \ufb01sh", "\u00bfD\u00f3nde est\u00e1 el gato?", "\u732b", "\U0001f431 cat", "\u0928\u092e\u0938\u094d\u0924\u0947",
         "donaudampfschifffahrtsgesellschaft", "3 cats and 12 dogs", "\u00bd \u2167 x\u00b2", "\u0130stanbul STRASSE stra\u00dfe", "a\u0301 e\u0301tude", "fire engine fire",
         "christmas", "ice cream ice", "half-eaten_cake", "cat/dog:cow;pig", "l'\u00e9t\u00e9 'n' rock''n roll")
TOLERANCES = {"pixels": 2e-4, "regions": 2e-3, "chances": 2e-3, "logits": 5e-3}


def pictures(atlas, photos, folder: Path) -> list[tuple[str, np.ndarray, str]]:
    """PNG files of scenes at odd sizes; (file, pixels, a name in it)."""
    random = np.random.default_rng(11)
    composer = Composer(atlas, Backgrounds(photos, 11), ("noto", "fluent-emoji-flat"))
    made = []
    for index, size in enumerate(SIZES):
        scene = composer.scene(random, count=1 + index % 4)
        image = Image.fromarray(scene.image).resize(size, Image.Resampling.BICUBIC)
        name = f"scene-{index}.png"
        image.save(folder / name, optimize=True)
        made.append((name, np.asarray(image), next(thing.name for thing in scene.things)))
    return made


def write(model: Model, cases, folder: Path) -> None:
    tensors, records = {}, []
    for index, (file, image, name) in enumerate(cases):
        pixels = model.pixels(image)
        regions = model.encode(pixels)
        chances = model.chances(regions)
        question = QUESTIONS[index].format(name=name)
        answer = model.answer(regions, chances, question)
        case = f"case{index}"
        tensors |= {f"{case}.pixels": pixels, f"{case}.regions": regions, f"{case}.chances": chances, f"{case}.logits": np.stack(answer.logits)}
        records.append({"case": case, "file": file, "question": question, "prompt": answer.prompt, "tokens": answer.ids, "words": answer.words,
                        "answer": answer.text, "confidence": answer.confidence})
    save_file({name: np.ascontiguousarray(value, np.float32) for name, value in tensors.items()}, folder / "golden.safetensors")
    texts = [{"text": text, "ids": model.words.encode(text), "decoded": model.words.decode(model.words.encode(text))} for text in TEXTS]
    record = {"model": model.configuration["sha256"], "tolerances": TOLERANCES, "cases": records, "texts": texts}
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

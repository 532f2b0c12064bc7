"""The bundled scenes: themed pictures in the unseen FxEmoji style, the best answered of a pool."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .atlas import crop_to_ink
from .names import plural, read_names
from .questions import article, place_of
from .reference import Model

SIDE, OVERSAMPLE = 512, 2
MOST_BYTES = 60_000
TRIES = 8
BUNDLED = 6
SKIES = (("#cfeaf7", "#9fd08a"), ("#fde8d0", "#e7b98a"), ("#e6e2f8", "#b9aee6"), ("#dff5ee", "#8fd0bd"), ("#fff4cf", "#f1cf7a"), ("#f9dfe6", "#e3a1b5"),
         ("#eef1f4", "#c9d3dc"))
THEMES = {
    "On the meadow": ["rabbit", "tulip", "sun", "house", "mushroom", "snail", "turtle", "ladybug", "cloud", "sunflower", "cow", "horse"],
    "At sea": ["sailboat", "whale", "fish", "octopus", "anchor", "sun", "cloud", "turtle"],
    "In the street": ["car", "bus", "bicycle", "traffic light", "house", "fire engine", "tractor", "cat", "dog"],
    "In the air": ["airplane", "helicopter", "rocket", "balloon", "rainbow", "cloud", "moon", "sun"],
    "On the table": ["apple", "banana", "strawberry", "watermelon", "pineapple", "cake", "doughnut", "cup", "hamburger", "lemon", "tomato", "grapes"],
    "On the desk": ["pencil", "books", "alarm clock", "glasses", "scissors", "light bulb", "envelope", "key", "watch", "camera"],
    "A party": ["balloon", "cake", "gift", "crown", "trophy", "guitar", "bell", "ice cream"],
    "A winter's day": ["snowman", "christmas tree", "penguin", "snowflake", "gift", "bell", "bear"],
    "At the farm": ["pig", "cow", "horse", "rooster", "tractor", "house", "dog", "cat", "sunflower"],
    "In the wild": ["elephant", "tiger", "monkey", "snake", "palm tree", "frog", "bear", "panda", "cactus", "volcano"],
}


@dataclass
class Placed:
    name: str
    x: float
    y: float
    side: float


def backdrop(colours, random) -> Image.Image:
    """A flat sky over a flat hill."""
    size = SIDE * OVERSAMPLE
    image = Image.new("RGB", (size, size), colours[0])
    horizon, swing, phase = size * random.uniform(0.7, 0.84), size * 0.04, random.uniform(0, 6)
    hill = [(x, horizon + swing * np.sin(phase + 4 * x / size)) for x in range(0, size + 8, 8)]
    ImageDraw.Draw(image).polygon([(0, size), *hill, (size, size)], fill=colours[1])
    return image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def layout(count, random) -> list[tuple[float, float, float]]:
    """Centres and sides in shares of the picture, apart from one another and from the borders of the 3 by 3 field."""
    placed = []
    while len(placed) < count:
        side = random.uniform(0.2, 0.44 if count < 4 else 0.34)
        x, y = random.uniform(side / 2 + 0.03, 0.97 - side / 2, 2)
        clear = all(max(abs(x - a), abs(y - b)) > (side + c) / 2 + 0.02 for a, b, c in placed)
        apart = all(abs(x - a) > 0.16 or abs(y - b) > 0.3 for a, b, _ in placed)
        if clear and apart and place_of(x, y):
            placed.append((x, y, side))
        elif random.random() < 0.01:
            placed.clear()
    return placed


def paste(image, icon, where) -> None:
    """The icon with a soft shadow below it."""
    x, y, side = (value * SIDE for value in where)
    icon = crop_to_ink(icon)
    scale = side / max(icon.size)
    icon = icon.resize([max(1, round(edge * scale)) for edge in icon.size], Image.Resampling.LANCZOS)
    corner = round(x - icon.width / 2), round(y - icon.height / 2)
    shadow = Image.new("RGBA", image.size, (0, 0, 0, 0))
    shade = Image.new("RGBA", icon.size, (30, 30, 50, 255))
    shade.putalpha(icon.getchannel("A").point(lambda alpha: alpha * 26 // 100))
    shadow.paste(shade, (corner[0], corner[1] + round(side * 0.03)))
    image.paste(Image.new("RGB", image.size, (30, 30, 50)), (0, 0), shadow.getchannel("A").filter(ImageFilter.GaussianBlur(5)))
    image.paste(icon, corner, icon)


def picture(theme, icons, random):
    """A candidate: the picture and its things."""
    names = [name for name in THEMES[theme] if name in icons]
    count = int(random.choice([2, 3, 3, 4]))
    chosen = [names[index] for index in random.choice(len(names), count, replace=False)]
    if count > 2 and random.random() < 0.35:
        chosen[-1] = chosen[0]
    image = backdrop(SKIES[random.integers(len(SKIES))], random)
    things = []
    for name, where in zip(chosen, layout(count, random)):
        variants = icons[name]
        paste(image, variants[random.integers(len(variants))], where)
        things.append(Placed(name, *where))
    return image.quantize(224, dither=Image.Dither.NONE).convert("RGB"), things


def questions(things, random, others) -> list[dict]:
    """Natural questions with their answers."""
    names = [thing.name for thing in things]
    single = [thing for thing in things if names.count(thing.name) == 1]
    ordered = sorted(things, key=lambda thing: thing.x)
    asked = [("how many things are there?", str(len(things))), ("what is in the picture?", " and ".join(thing.name for thing in ordered))]
    for thing in single:
        asked += [(f"where is the {thing.name}?", place_of(thing.x, thing.y)), (f"is there a {thing.name}?", "yes")]
    for name in set(names):
        asked.append((f"how many {plural(name)} are there?", str(names.count(name))))
    for first in single:
        for second in single:
            if first.x < second.x - 0.15:
                asked.append((f"is the {first.name} left of the {second.name}?", "yes"))
                asked.append((f"is the {second.name} to the left of the {first.name}?", "no"))
            if first.side > 1.45 * second.side:
                asked.append((f"which is bigger, the {first.name} or the {second.name}?", first.name))
    asked += [(f"is there a {name}?", "no") for name in random.choice(others, 2, replace=False) if name not in names]
    if len(things) > 1:
        left = ordered[0]
        asked.append((f"what is at the {place_of(left.x, left.y)}?", left.name))
    return [{"question": article(text), "answers": [answer]} for text, answer in asked]


def judge(model: Model, image, asked) -> float:
    """The share of the questions that the model answers rightly; each is marked."""
    regions = model.look(np.asarray(image))
    for question in asked:
        answer = model.answer(regions, question["question"])
        question["right"], question["confidence"] = answer.text in question["answers"], answer.confidence
    return sum(question["right"] for question in asked) / len(asked)


def suggestions(asked) -> list[dict]:
    """Three rightly answered questions of different kinds, the surest of each kind."""
    chosen = {}
    for question in sorted((question for question in asked if question["right"]), key=lambda question: -question["confidence"]):
        words = question["question"].split()
        kind = " ".join(words[:2]) if words[0] in ("how", "what", "is") else words[0]
        chosen.setdefault(kind, question)
    order = ("what is", "where", "how many", "is there")
    picked = [chosen[kind] for kind in order if kind in chosen][:3]
    return [{"question": question["question"][0].upper() + question["question"][1:], "answers": question["answers"]} for question in picked]


def described(things) -> str:
    ordered = [article(f"a {thing.name}") for thing in sorted(things, key=lambda thing: thing.x)]
    return "From left to right: " + (", ".join(ordered[:-1]) + " and " + ordered[-1]) + ", drawn flat."


def load_icons(folder: Path) -> dict[str, list[Image.Image]]:
    known, icons = {name.name for name in read_names()}, {}
    for file in sorted(folder.glob("fxemoji__known__*.png")):
        name = file.stem.split("__")[2].replace("_", " ")
        if name in known:
            icons.setdefault(name, []).append(Image.open(file).convert("RGBA"))
    return icons


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--icons", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    out, model, random = Path(options.out), Model(Path(options.model)), np.random.default_rng(33)
    out.mkdir(parents=True, exist_ok=True)
    icons, best = load_icons(Path(options.icons)), []
    others, scores = sorted(icons), []
    for theme in THEMES:
        for _ in range(TRIES):
            image, things = picture(theme, icons, random)
            asked = questions(things, random, others)
            score = judge(model, image, asked)
            scores.append(score)
            best.append((score + 0.02 * len(things), len(best), theme, image, things, asked))
    records, themes = [], set()
    for score, _, theme, image, things, asked in sorted(best, reverse=True):
        if theme in themes or len(records) == BUNDLED or len(suggestions(asked)) < 3:
            continue
        themes.add(theme)
        file = theme.lower().replace("'", "").replace(" ", "-") + ".png"
        image.quantize(224, dither=Image.Dither.NONE).save(out / file, optimize=True)
        assert (out / file).stat().st_size <= MOST_BYTES
        suggested = suggestions(asked)
        records.append({"file": file, "title": theme, "alt": described(things), "questions": [question["question"] for question in suggested],
                        "answers": [question["answers"] for question in suggested]})
        print(theme, f"{sum(question['right'] for question in asked)}/{len(asked)}", [thing.name for thing in things])
    print(f"pool of {len(scores)}, mean {np.mean(scores):.3f}")
    (out / "scenes.json").write_text(json.dumps(records, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""The things the model knows by name: names.txt, the shapes, the colours, the places."""

from dataclasses import dataclass
from pathlib import Path

SHAPES = ("circle", "square", "triangle", "heart", "diamond")
COLOURS = {
    "red": (214, 40, 40), "orange": (244, 132, 28), "yellow": (250, 214, 40), "green": (52, 160, 70),
    "blue": (40, 92, 210), "purple": (130, 60, 180), "pink": (246, 130, 178), "brown": (122, 76, 40),
    "black": (24, 24, 26), "white": (246, 246, 246), "grey": (134, 136, 140),
}
PHOTO_NAMES = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light", "fire hydrant", "stop sign",
    "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella",
    "handbag", "necktie", "suitcase", "frisbee", "skis", "snowboard", "ball", "kite", "baseball bat", "baseball glove", "skateboard",
    "surfboard", "tennis racket", "bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich",
    "orange fruit", "broccoli", "carrot", "hot dog", "pizza", "doughnut", "cake", "chair", "couch", "potted plant", "bed", "dining table",
    "toilet", "television", "laptop", "computer mouse", "remote", "keyboard", "phone", "microwave", "oven", "toaster", "sink",
    "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush")
PLACES = ("top left", "top", "top right", "left", "center", "right", "bottom left", "bottom", "bottom right")
SAME_IN_PLURAL = {"grapes", "cherries", "glasses", "sunglasses", "headphones", "books", "scissors", "dice", "fries", "bread",
                  "corn", "popcorn", "fish", "fire", "pizza", "sheep", "deer", "skis", "shrimp", "broccoli", "jeans", "gloves",
                  "socks", "swords", "chopsticks", "shopping bags", "noodles", "spaghetti", "sushi", "bacon", "lettuce", "cheese", "butter", "milk", "honey",
                  "beer", "soap", "wood", "popcorn", "yarn", "lightning"}
ENDING_IN_OES = {"tomato", "potato", "volcano", "tornado", "mosquito"}
NO_ARTICLE = SAME_IN_PLURAL - {"fish", "fire", "pizza", "dice", "sheep", "deer", "shrimp"}
IRREGULAR = {"mouse": "mice", "computer mouse": "computer mice", "maple leaf": "maple leaves", "cactus": "cacti", "wolf": "wolves", "knife": "knives",
             "scarf": "scarves", "person": "people", "tooth": "teeth", "snowman": "snowmen", "bow and arrow": "bows and arrows"}


@dataclass(frozen=True)
class Name:
    """A thing with a name, its drawings' slugs and other words for it."""

    name: str
    slugs: tuple[str, ...]
    synonyms: tuple[str, ...]


def split_list(field: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in field.split(",") if word.strip())


def read_names(path: Path | None = None) -> list[Name]:
    path = path or Path(__file__).parent.parent / "names.txt"
    names = []
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            fields = [field.strip() for field in line.split("|")] + ["", ""]
            names.append(Name(fields[0], split_list(fields[1]), split_list(fields[3])))
    return names


def plural(word: str) -> str:
    """The English plural of a name (its last word where it has several)."""
    if word in SAME_IN_PLURAL:
        return word
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    if word in ENDING_IN_OES:
        return word + "es"
    return word + "s"

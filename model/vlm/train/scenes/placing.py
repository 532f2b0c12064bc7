"""Where things lie: the content rectangle, and centres and sides inside it."""

import numpy as np

from .configuration import IMAGE_SIZE

LARGEST = {1: 122, 2: 76, 3: 62, 4: 54, 5: 50}
CROWD_SIDES = {1: (62, 122), 2: (44, 64), 3: (30, 44)}
CROWD_SHARES, CROWD_GAP_SHARE = (0.3, 0.25, 0.45), 0.1
SMALLEST = 28
CROWD_MOST = max(CROWD_SIDES) ** 2


def content_size(random) -> tuple[int, int]:
    """Half the pictures are square, the others lie letterboxed between 9:16 and 16:9."""
    if random.random() < 0.45:
        return IMAGE_SIZE, IMAGE_SIZE
    aspect = np.exp(random.uniform(-0.58, 0.58))
    return (IMAGE_SIZE, round(IMAGE_SIZE / aspect)) if aspect > 1 else (round(IMAGE_SIZE * aspect), IMAGE_SIZE)


def places(count, width, height, random):
    """Centres and sides of things that hardly overlap; fewer than asked where there is no room."""
    placed, most = [], min(LARGEST[max(count, 1)], min(width, height) * 0.96)
    for _ in range(count):
        for attempt in range(40):
            side = np.exp(random.uniform(np.log(SMALLEST), np.log(most * (1 if attempt < 20 else 0.7) + 1)))
            side = max(SMALLEST, side)
            x, y = random.uniform(side / 2, width - side / 2), random.uniform(side / 2, height - side / 2)
            if all(max(abs(x - a), abs(y - b)) > (side + c) * 0.46 for a, b, c in placed):
                placed.append((x, y, side))
                break
    return placed


def crowd_places(random):
    """Centres and sides on a loose lattice with gaps."""
    edge = 1 + int(random.choice(3, p=CROWD_SHARES))
    pitch, (least, most) = IMAGE_SIZE / edge, CROWD_SIDES[edge]
    placed = []
    for cell in range(edge * edge):
        if edge == 1 or random.random() > CROWD_GAP_SHARE:
            side = random.uniform(least, most)
            slack = max(0, pitch - side) / 2
            x, y = (cell % edge + 0.5) * pitch, (cell // edge + 0.5) * pitch
            placed.append((x + random.uniform(-slack, slack), y + random.uniform(-slack, slack), side))
    return placed

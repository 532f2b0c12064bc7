"""Draws a run's curve as an SVG file: the loss of names and the share of right answers of the kinds that matter, over minutes."""

import argparse
import csv
from collections import defaultdict
from pathlib import Path

SHOWN = {"what": "#1f77b4", "exist": "#d62728", "relation": "#2ca02c", "where": "#9467bd", "count": "#ff7f0e", "describe": "#8c564b"}
WIDTH, HEIGHT, MARGIN = 860, 420, 48
SMOOTHED = 8


def read(run: Path):
    """The name loss and every kind's share of right answers, as (minute, value), smoothed over a few rows."""
    series = defaultdict(list)
    for row in csv.reader((run / "curve-0.csv").open()):
        values = dict(field.split("=") for field in (row[4] + " " + row[5]).split())
        for name in ("patch", *SHOWN):
            if name in values:
                series[name].append((float(row[0]) / 60, float(values[name])))
    return {name: smoothed(points) for name, points in series.items()}


def smoothed(points):
    result = []
    for index, (minute, _) in enumerate(points):
        part = points[max(0, index - SMOOTHED + 1):index + 1]
        result.append((minute, sum(value for _, value in part) / len(part)))
    return result


def line(points, longest, highest, colour, dash="") -> str:
    across, up = (WIDTH - 2 * MARGIN) / longest, (HEIGHT - 2 * MARGIN) / highest
    path = " ".join(f"{MARGIN + minute * across:.1f},{HEIGHT - MARGIN - value * up:.1f}" for minute, value in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>'


def axes(longest: float) -> list[str]:
    parts = []
    for step in range(0, 11, 2):
        y = HEIGHT - MARGIN - step / 10 * (HEIGHT - 2 * MARGIN)
        parts.append(f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{MARGIN - 8}" y="{y + 4:.1f}" text-anchor="end">.{step}</text>' if step < 10 else
                     f'<text x="{MARGIN - 8}" y="{y + 4:.1f}" text-anchor="end">1</text>')
    for minute in range(0, int(longest) + 1, 10):
        x = MARGIN + minute / longest * (WIDTH - 2 * MARGIN)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{minute} min</text>')
    return parts


def draw(series) -> str:
    longest = max(minute for points in series.values() for minute, _ in points)
    worst = max(value for _, value in series["patch"])
    parts = axes(longest) + [line(series["patch"], longest, worst, "#888", ' stroke-dasharray="5 3"')]
    parts += [line(series[name], longest, 1, colour) for name, colour in SHOWN.items() if name in series]
    for index, (name, colour) in enumerate({**SHOWN, f"loss of names (of {worst:.1f})": "#888"}.items()):
        parts.append(f'<text x="{MARGIN + 8 + index * 100}" y="{MARGIN - 16}" fill="{colour}">{name}</text>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">'
            f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    Path(options.out).write_text(draw(read(Path(options.run))))


if __name__ == "__main__":
    main()

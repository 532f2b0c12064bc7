"""Training; the schedule follows the wall clock.

On the CPU two processes share one set of weights, paint their scenes themselves and step without waiting for each other. On a GPU one
process draws the scenes as numbers, and the device paints them, in larger batches; the eye and the decoder compute in bfloat16 there."""

import argparse
import csv
import math
import os
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .atlas import Atlas
from .backgrounds import Backgrounds
from .compose import Composer
from .device import DeviceComposer
from .exported import Exported
from .layout import Layouts
from .names import COLOURS, PLACES, SHAPES
from .net import SceneNet
from .packing import IGNORED, YES_NO, Packer, attention_mask
from .questions import Asker
from .splits import foreign_words
from .vocabulary import build_words

EMPTY_WEIGHT = 0.5
QUESTIONS = 32
RATE, ENCODER_SHARE, WARM_STEPS, LAST_RATE = 1.2e-3, 0.7, 100, 0.01
WEIGHTS = {"answer": 1.0, "watch": 0.3, "copy": 0.3, "find": 0.3, "repeat": 0.3, "hold": 0.3, "patch": 1.0, "centre": 0.3, "say": 0.5}
LOG_EVERY, SAVE_SECONDS = 50, 240
HOST, DEVICE = "host", "device"
PROCESSES = 2
CENTRE_WEIGHT, HOLD_SCALE = 4.0, 4.0


@dataclass(frozen=True)
class Mix:
    """What a step is made of: drawn scenes with questions, photographed ones with questions, and crowds that the encoder alone sees.
    A share of the steps has crowds only: an icon there costs a quarter of the time."""

    drawn: int
    photographed: int
    crowds: int
    crowded_share: float
    crowds_alone: int = 8

    def times(self, batch: int) -> "Mix":
        return Mix(self.drawn * batch, self.photographed * batch, self.crowds * batch, self.crowded_share, self.crowds_alone * batch)


MIXES = ((0.35, Mix(2, 1, 4, 0.7)), (0.7, Mix(3, 1, 3, 0.7)), (1.0, Mix(4, 1, 2, 0.4)))


def mix_at(progress: float) -> Mix:
    """First the eye learns names and the decoder reasons on what a detector says, then both work together."""
    return next(mix for until, mix in MIXES if progress <= until)


class Trainee(torch.nn.Module):
    """The net and the words that places, colours and comparisons are told by."""

    def __init__(self):
        super().__init__()
        words, names = build_words()
        self.net = SceneNet(len(words.tokens), [words.ids[name] for name in names])
        self.register_buffer("places", torch.tensor([words.ids[place] for place in PLACES]), persistent=False)
        self.register_buffer("colours", torch.tensor([words.ids[colour] for colour in COLOURS]), persistent=False)
        self.register_buffer("yes_no", torch.tensor([words.ids[word] for word in YES_NO]), persistent=False)
        self.net.encoder.to(memory_format=torch.channels_last)


def supervised(log_shares, wanted):
    """The mean of -log of the share that lies in the wanted cells, over the rows that want any."""
    rows = wanted.any(-1)
    if not rows.any():
        return log_shares.sum() * 0
    return -(log_shares[rows].masked_fill(~wanted[rows], float("-inf")).logsumexp(-1)).mean()


def patch_loss(labels, wanted):
    """The cells that show a name and those that show none weigh by kind, not by number."""
    labels, wanted = labels.flatten(0, 1), wanted.flatten()
    none = labels.shape[-1] - 1
    each = F.cross_entropy(labels, wanted, ignore_index=IGNORED, reduction="none")
    named, empty = (wanted >= 0) & (wanted < none), wanted == none
    return each[named].mean() + EMPTY_WEIGHT * each[empty].mean()


def say_loss(trainee: Trainee, vectors, batch):
    """What a word receives from its region lies near the words for that region's place and colour."""
    seen, total = trainee.net.ground_out(vectors).flatten(0, 1), 0
    for words, wanted in ((trainee.places, batch.places), (trainee.colours, batch.colours)):
        wanted = wanted[:len(vectors)].flatten()
        told = wanted != IGNORED
        if told.any():
            total = total + F.cross_entropy(seen[told] @ trainee.net.embedding[words].t(), wanted[told])
    return total


def find_loss(attention, asked, missing):
    """A name in a question is found at its thing, or nowhere where there is none."""
    wanted = torch.cat([asked, missing[..., None]], -1)
    return supervised((attention + 1e-6).log(), wanted)


def hold_loss(trainee: Trainee, compared, holds):
    """What comparing adds at the second name of a question points to the word yes or no."""
    told = holds != IGNORED
    if not told.any():
        return compared.sum() * 0
    return F.cross_entropy(HOLD_SCALE * compared[told] @ F.normalize(trainee.net.embedding[trainee.yes_no], dim=-1).t(), holds[told])


def half(values: torch.Tensor):
    """The encoder's and the decoder's layers compute in bfloat16 on a GPU; what finds, counts and compares keeps its precision."""
    return torch.autocast(values.device.type, torch.bfloat16, values.device.type != "cpu")


def losses(trainee: Trainee, batch, asked: int):
    """The named losses and whether each answer token is right; the batch's first `asked` rows have text."""
    net, units = trainee.net, trainee.net.unit_names()
    with half(batch.image):
        cells = net.encoder(batch.image.contiguous(memory_format=torch.channels_last))
    cells = cells.float()
    labels, middle = net.name_logits(cells, units), net.centre(cells)[..., 0]
    values = {
        "patch": patch_loss(labels, batch.patch_labels),
        "centre": F.binary_cross_entropy_with_logits(middle, batch.centres, pos_weight=middle.new_tensor(CENTRE_WEIGHT)),
    }
    if not asked:
        return values, None
    regions = net.regions(cells, labels, torch.sigmoid(middle), batch.content, batch.things, units)
    values["say"] = say_loss(trainee, regions.vectors, batch)
    regions = regions[:asked]
    segments, targets = batch.segments[:asked], batch.targets[:asked]
    text, attention, compared = net.text_input(batch.tokens[:asked], batch.positions[:asked], segments, regions, units)
    with half(batch.image):
        states, watched = net.decode(regions, text, attention_mask(segments, regions.present))
    states, watched = states.float(), watched.float()
    pointer, emits = net.pointer(states, regions), targets != IGNORED
    repeated = net.repeated(states, text, batch.tokens[:asked], segments)
    logits = net.logits(states, pointer, regions.chances @ units, repeated, batch.tokens[:asked], emits)
    values["answer"] = F.cross_entropy(logits, targets[emits])
    values["watch"] = supervised((watched + 1e-6).log(), batch.asked[:asked])
    values["find"] = find_loss(attention, batch.asked[:asked], batch.missing[:asked])
    values["repeat"] = F.nll_loss(repeated[emits], batch.repeats[:asked][emits])
    values["hold"] = hold_loss(trainee, compared, batch.holds[:asked])
    values["copy"] = supervised(pointer, batch.told[:asked])
    right = torch.ones_like(targets, dtype=torch.bool)
    right[emits] = logits.argmax(-1) == targets[emits]
    return values, right


class Curve:
    """The running means that one process writes to its CSV file."""

    def __init__(self, path: Path):
        self.file = path.open("a", newline="")
        self.writer = csv.writer(self.file)
        self.clear()

    def clear(self):
        self.values, self.right, self.asked = defaultdict(list), defaultdict(int), defaultdict(int)

    def add(self, values, right, kinds):
        for name, value in values.items():
            self.values[name].append(value.item())
        right = right if right is None else right.cpu()
        for kind, row, first, end in kinds:
            self.asked[kind] += 1
            self.right[kind] += bool(right[row, first:end].all())

    def write(self, seconds, step, images, rate):
        means = [f"{name}={sum(means) / len(means):.3f}" for name, means in self.values.items()]
        scores = [f"{kind}={self.right[kind] / self.asked[kind]:.2f}" for kind in sorted(self.asked)]
        self.writer.writerow([f"{seconds:.0f}", step, images, f"{rate:.2e}", " ".join(means), " ".join(scores)])
        self.file.flush()
        self.clear()


def rate_at(peak: float, progress: float, step: int) -> float:
    return peak * min(1, (step + 1) / WARM_STEPS) * (LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * min(1, progress))))


def optimizer_for(trainee: Trainee) -> torch.optim.Optimizer:
    groups = []
    for share, inside in ((ENCODER_SHARE, True), (1.0, False)):
        values = [value for name, value in trainee.named_parameters() if name.startswith("net.encoder.") == inside]
        groups += [{"params": [value for value in values if value.dim() >= 2], "weight_decay": 0.02, "share": share},
                   {"params": [value for value in values if value.dim() < 2], "weight_decay": 0.0, "share": share}]
    return torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98), fused=True)


def save(trainee: Trainee, path: Path, **extra) -> None:
    partial = path.with_suffix(".part")
    torch.save({"trainee": {name: value.cpu() for name, value in trainee.state_dict().items()}, **extra}, partial)
    os.replace(partial, path)


def draw_batch(tools, mix: Mix, random):
    """The batch and how many of its rows have text; photographed rows bear their own letters, so that the curve tells them apart."""
    composer, asker, packer = tools
    layouts = composer.layouts
    if random.random() < mix.crowded_share:
        crowds = [layouts.crowd(random) for _ in range(mix.crowds_alone)]
        return packer.pack_painted(crowds, [], random, *composer.paint(crowds)), 0
    scenes = [layouts.scene(random) for _ in range(mix.drawn)] + [layouts.photographed(random) for _ in range(mix.photographed)]
    drawn = scenes + [layouts.crowd(random) for _ in range(mix.crowds)]
    painted = composer.paint(drawn)
    batch = packer.pack_painted(drawn, [asker.ask(scene, random, QUESTIONS) for scene in scenes], random, *painted)
    batch.kinds = [(kind if row < mix.drawn else f"photo-{kind}", row, first, end) for kind, row, first, end in batch.kinds]
    return batch, len(scenes)


def work(rank: int, trainee: Trainee, tools, out: Path, options, start: float) -> None:
    """One process's share of the training."""
    torch.set_num_threads(1)
    torch.manual_seed(options.seed * 100 + rank)
    random = np.random.default_rng([options.seed, rank, int(options.done)])
    optimizer, curve, seconds = optimizer_for(trainee), Curve(out / f"curve-{rank}.csv"), options.minutes * 60
    step, images, saved = 0, 0, time.time()
    trainee.train()
    while (elapsed := time.time() - start + options.done) < seconds:
        mix = mix_at(elapsed / seconds).times(options.batch)
        batch, asked = draw_batch(tools, mix, random)
        rate = rate_at(options.rate, elapsed / seconds, step)
        for group in optimizer.param_groups:
            group["lr"] = rate * group["share"]
        values, right = losses(trainee, batch, asked)
        optimizer.zero_grad(set_to_none=True)
        sum(WEIGHTS[name] * value for name, value in values.items()).backward()
        torch.nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
        optimizer.step()
        step, images = step + 1, images + len(batch.image)
        curve.add(values, right, batch.kinds)
        if step % LOG_EVERY == 0:
            curve.write(elapsed, step, images, rate)
        if rank == 0 and time.time() - saved > SAVE_SECONDS:
            save(trainee, out / "checkpoint.pt", done=elapsed)
            saved = time.time()


def weights_of(start: Path) -> dict:
    """Those of a training's file, or of an exported directory, whose 8-bit matrices lose little that a step does not mend."""
    if start.is_dir():
        return {f"net.{name}": value for name, value in Exported(start).net.state_dict().items()}
    return torch.load(start, map_location="cpu")["trainee"]


def begin_from(trainee: Trainee, weights) -> None:
    """Takes the weights of an earlier stage where their shapes are the same."""
    own = trainee.state_dict()
    trainee.load_state_dict({name: value for name, value in weights.items() if name in own and own[name].shape == value.shape}, strict=False)


def device_of(name: str) -> torch.device:
    """The device asked for, or an error that says why it cannot be had."""
    if name == "cuda" and not torch.cuda.is_available():
        built = f"is built for CUDA {torch.version.cuda}" if torch.version.cuda else "is built without CUDA"
        raise SystemExit(f"--device cuda: PyTorch {torch.__version__} {built} and finds no such device here; "
                         "install a build for the machine's driver (https://pytorch.org/get-started/locally), or use --device cpu")
    return torch.device(name)


def tools_for(options, device: torch.device):
    """Composer, asker and packer."""
    atlas = Atlas(Path(options.data))
    words, names = build_words()
    layouts = Layouts(atlas, Backgrounds(Path(options.photos), options.seed))
    compose = options.compose or (HOST if device.type == "cpu" else DEVICE)
    composer = DeviceComposer(layouts, device) if compose == DEVICE else Composer(layouts)
    return composer, Asker([name for name in names if name not in SHAPES], foreign_words(atlas)), Packer(words, names)


def run_processes(trainee: Trainee, tools, out: Path, options) -> None:
    trainee.share_memory()
    start = time.time()
    processes = [torch.multiprocessing.get_context("fork").Process(target=work, args=(rank, trainee, tools, out, options, start))
                 for rank in range(options.processes)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise SystemExit("a training process failed")


def train(options) -> None:
    device, out = device_of(options.device), Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    trainee = Trainee()
    options.done = 0.0
    if options.start:
        begin_from(trainee, weights_of(Path(options.start)))
    if options.resume and (out / "checkpoint.pt").exists():
        state = torch.load(out / "checkpoint.pt", map_location="cpu")
        trainee.load_state_dict(state["trainee"])
        options.done = state["done"]
    tools = tools_for(options, device)
    if device.type == "cpu":
        run_processes(trainee, tools, out, options)
    else:
        work(0, trainee.to(device), tools, out, options, time.time())
    save(trainee, out / "final.pt", done=options.minutes * 60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of atlas.npz")
    parser.add_argument("--photos", required=True, help="folder of the scikit-image sample pictures")
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--compose", choices=(HOST, DEVICE), help=f"where scenes are painted; without it {HOST} for cpu, else {DEVICE}")
    parser.add_argument("--batch", type=int, default=1, help="how many times the mix a step is made of")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="on the CPU; a GPU has one")
    parser.add_argument("--rate", type=float, default=RATE, help="the highest of the schedule; half of it for a run that goes on from trained weights")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", help="weights of an earlier stage to go on from, or an exported directory")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    if options.batch < 1:
        parser.error(f"--batch is {options.batch}; it is 1 or more")
    if options.device == "cuda" and options.compose == HOST:
        parser.error("--compose host paints on the CPU; leave it out with --device cuda")
    train(options)


if __name__ == "__main__":
    main()

"""Cost of the refinement loss: compared with a Python loop over the classes, and as a share of a training step.

    python -m benchmarks.refinement

The loop computes Eq. 5-9 class by class; both give the same loss. 64 features of length 256, two thirds recognised. The
step is that of preset small, with 16 clips of two streams; the larger the network, the smaller the share. Forward and
backward; one thread, processor time.
"""

import time

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.rounds import arguments, interleaved, medians, ratio, report, timed
from mglib.models import SIZES, PrototypicalRefinement, build_network

N, DIM = 64, 256


def class_loop(module: PrototypicalRefinement, features: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
    """The loss with random initial prototypes, [N, D], [N, K], [N] -> scalar."""
    p, guess = logits.softmax(1), logits.argmax(1)
    with torch.no_grad():
        for k in range(logits.shape[1]):
            right = (labels == k) & (guess == k)
            if right.any():
                mean = features[right].mean(0)
                module.prototypes[k] = module.rho * module.prototypes[k] + (1 - module.rho) * mean
    scores = F.normalize(features) @ F.normalize(module.prototypes).T / module.tau  # nd,kd->nk
    losses = []
    for k in range(logits.shape[1]):
        mine, taken = labels == k, guess == k
        if not mine.any():
            continue
        missed, false, right = mine & ~taken, taken & ~mine, taken[mine]
        phi = psi = features.new_zeros(int(mine.sum()))
        if missed.any():
            phi = (1 - F.cosine_similarity(features[mine], features[missed].mean(0)[None])) * right
        if false.any():
            psi = (1 + F.cosine_similarity(features[mine], features[false].mean(0)[None])) * right
        for term in (phi, psi):
            own = scores[mine, k] - (1 - p[mine, k]) * term
            rest = torch.cat([scores[mine, :k], scores[mine, k + 1 :]], 1)
            losses.append(torch.logsumexp(torch.cat([own[:, None], rest], 1), 1) - own)
    return torch.cat(losses).sum() / len(labels)


def batch(n: int, classes: int) -> tuple[Tensor, Tensor, Tensor]:
    labels = torch.randint(classes, (n,))
    guess = torch.where(torch.rand(n) < 2 / 3, labels, torch.randint(classes, (n,)))
    return torch.randn(n, DIM, requires_grad=True), torch.randn(n, classes) + 9 * F.one_hot(guess, classes), labels


def beside_loop(classes: int, rounds: int) -> dict[str, float]:
    """A row of the table."""
    modules = [PrototypicalRefinement(8, classes, dim=DIM, prototype_init="random") for _ in range(2)]
    modules[1].load_state_dict(modules[0].state_dict())
    given = batch(N, classes)
    loop, ours = class_loop(modules[0], *given), modules[1](*given)
    torch.testing.assert_close(loop, ours)
    forms = {
        "loop": timed(lambda: class_loop(modules[0], *given).backward(), 0.1, time.process_time),
        "mglib": timed(lambda: modules[1](*given).backward(), 0.1, time.process_time),
    }
    times = interleaved(forms, rounds)
    spent = {f"{form} ms": 1e3 * seconds for form, seconds in medians(times).items()}
    return {"samples": N, "classes": classes} | spent | {"faster": ratio(times, "loop", "mglib")}


def share(rounds: int, clips: int = 16, classes: int = 32) -> float:
    """The two streams' losses as a share of a training step of preset small."""
    size = SIZES["small"]
    network = build_network(size, "both", classes, 22, {"dim": 128}).to(memory_format=torch.channels_last_3d)
    rgb = torch.rand(clips, 3, size.rgb_frames, size.rgb_pixels, size.rgb_pixels)
    pose = torch.rand(clips, 22, size.pose_frames, size.pose_pixels, size.pose_pixels)
    inputs = {s: x.to(memory_format=torch.channels_last_3d) for s, x in {"rgb": rgb, "pose": pose}.items()}
    _, logits, labels = batch(clips, classes)
    features = torch.randn(clips, 128, requires_grad=True)
    optimizer = torch.optim.SGD(network.parameters(), 1e-3, momentum=0.9)

    def refine() -> None:
        sum(module(features, logits, labels) for module in network.refinement.values()).backward()

    def step() -> None:
        output = network(inputs)
        loss = sum(F.cross_entropy(z, labels) for z in output.logits.values())
        loss = loss + 0.2 * sum(network.refinement[s](f, output.logits[s], labels) for s, f in output.features.items())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    forms = {"refinement": timed(refine, 0.1, time.process_time), "step": timed(step, clock=time.process_time)}
    return 1 / ratio(interleaved(forms, rounds), "step", "refinement")


def main() -> None:
    options = arguments(__doc__, rounds=7).parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rows = [beside_loop(classes, options.rounds) for classes in (32, 60)]
    report(options, "refinement", rows, threads=1, percent_of_a_small_step=100 * share(options.rounds))


if __name__ == "__main__":
    main()

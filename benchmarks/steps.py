"""Speed of training and inference of the full-size networks on a CPU, compared with mmaction2's.

    make bench-peers; python -m benchmarks.steps

PoseConv3D alone (48 frames, 17 joints, 56 x 56, 60 classes, temporal strides 1, 1, 2) and RGBPoseConv3D (8 frames of
224 and 32 of 56 pixels, without cross-modal attention): the same layers on both sides. A step is forward,
cross-entropy, backward, gradient clipping and SGD. mglib in float32 and in bf16 autocast, channels last, with freed
memory kept (`keep_memory`), for inference with folded batch norms; mmaction2 unmodified. If mmaction2 is not installed
or its models cannot be imported, "plain" is used instead: the same layers in float32 with torch's default layout and
memory. Every form runs in a separate process.

"of roof": operations of the convolutions (3 x those of the forward pass for a step) per second, as a share of the rate
of a suitable convolution, measured before the rounds. Faults are page faults per step; peak is memory.
"small" is the two-stream network of preset small as 03_train trains it, which mmaction2 does not have.
"""

import argparse

from benchmarks.rounds import Worker, arguments, interleaved, medians, peer, ratio, report

OURS = ("float32", "bf16")


def workers(net: str, threads: int) -> dict[str, Worker]:
    """A process for each form, the reference first."""
    other = None if net == "small" else peer(threads)
    if other:
        try:
            other("make", net="pose", clips=1, infer=True)
        except RuntimeError as error:
            print(f"mmaction2's models are not available ({error}), so a plain network with the same layers is used.")
            other = None
    first = {"mmaction2": other} if other else {"plain": Worker("benchmarks.own", "plain", threads=threads)}
    return first | {form: Worker("benchmarks.own", form, threads=threads) for form in OURS}


def measure(net: str, task: str, clips: int, options: argparse.Namespace, roofs: dict[str, float]) -> list[dict]:
    """A row for every form."""
    forms = workers(net, options.threads)
    first, passes = next(iter(forms)), 3 if task == "train" else 1
    gmacs = {name: form("make", net=net, clips=clips, infer=task == "infer")["gmacs"] for name, form in forms.items()}
    for form in forms.values():
        form(task)  # warm-up
    times = interleaved({name: form.timed(task) for name, form in forms.items()}, options.rounds)
    rows = []
    for name, seconds in medians(times).items():
        last = forms[name](task)
        reached = passes * 2 * gmacs[name] / seconds
        rows.append({
            "network": net, "task": task, "clips": clips, "form": name, "ms a clip": 1e3 * seconds,
            "faster": ratio(times, first, name), "GMACs": gmacs[name], "GFLOP/s": reached,
            "of roof": reached / roofs[name == "bf16"], "faults": last["faults"], "peak GiB": last["peak_gib"],
        })  # fmt: skip
        forms[name].close()
    return rows


def main() -> None:
    parser = arguments(__doc__, rounds=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--clips", type=int, default=8, help="of a batch of PoseConv3D")
    parser.add_argument("--small", type=int, default=16, help="clips of a batch of preset small")
    parser.add_argument("--pairs", type=int, default=2, help="clips of a batch of the two-stream network")
    options = parser.parse_args()
    own = Worker("benchmarks.own", "float32", threads=options.threads)
    roofs = [own("roof", bf16=bf16)["gflops"] for bf16 in (False, True)]
    own.close()
    rows = measure("pose", "train", options.clips, options, roofs)
    rows += measure("two-stream", "train", options.pairs, options, roofs)
    rows += measure("pose", "infer", options.clips, options, roofs)
    rows += measure("small", "train", options.small, options, roofs)
    said = {"roof_float32_gflops": roofs[0], "roof_bf16_gflops": roofs[1]}
    report(options, "steps", rows, options.threads, **said)


if __name__ == "__main__":
    main()

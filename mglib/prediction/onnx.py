"""Exports a run's network as an ONNX file, for use without Python or torch.

    python -m mglib.export RUN -o model.onnx

The inputs of the graph are the key points of sampled frames in pixels of the crop, and the cropped frames as bytes.
Heat-maps and the normalisation of colours are part of the graph, so that they cannot differ from training. A JSON file
beside it describes order, sizes and units of all inputs and outputs.
"""

import argparse
import importlib
import inspect
import logging
import sys
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from mglib.base import files
from mglib.base.console import print_anything
from mglib.base.errors import RunError, Told
from mglib.config import TrainConfig
from mglib.data.geometry import compact_box
from mglib.data.heatmaps import draw_tensor
from mglib.data.loader import InputMaker, View, scaled_joints
from mglib.data.streams import MEAN, STD, frame_stream, joint_stream, seen_maps
from mglib.models import GestureNet, predict
from mglib.runs import Run
from mglib.training.building import layout_of, load_network, make_maker, make_view, seen_dimensions

OPSET = 18  # torch's default; runtimes since 2023 support it
BATCH = torch.export.Dim("batch")


class ExportError(Told, RuntimeError):
    """A network that cannot be exported as ONNX; the message says why."""


class Deployed(nn.Module):
    """A network together with the computation of its inputs from key points and frames.

    Args:
        network: the network in evaluation mode.
        limbs: pairs of joints to draw; for joints, pairs of equal indices.
        maker: the maker of its inputs in training, which is equal except for the drawing.
    """

    def __init__(self, network: GestureNet, limbs: np.ndarray, maker: InputMaker):
        super().__init__()
        self.network, self.limbs, self.maker = network, limbs, maker

    def forward(self, keypoints: Tensor | None = None, frames: Tensor | None = None) -> dict[str, Tensor]:
        """Key points [N, 1, T, V, 3 or 4] and frames uint8 [N, 3, T', H, W] -> probabilities and features, by name."""
        inputs = {}
        if frames is not None:
            inputs["rgb"] = frame_stream(frames, self.maker.stream)
        if keypoints is not None:
            inputs["pose"] = self._pose(keypoints)
        output = self.network(inputs)
        answers = {"probabilities": predict(output.logits)}
        answers |= {f"probabilities_{s}": z.softmax(1) for s, z in output.logits.items()}
        return answers | {f"features_{s}": f for s, f in output.features.items()}

    def _pose(self, keypoints: Tensor) -> Tensor:
        maker, pixels = self.maker, self.maker.view.pose_pixels
        if maker.joints:
            return joint_stream(scaled_joints(keypoints, maker.root), maker.stream, maker.parent)

        def draw(points: Tensor) -> Tensor:
            return draw_tensor(points, self.limbs, (pixels, pixels), maker.sigma)

        return seen_maps(draw, keypoints, maker.stream, maker.sides, pixels)


def export(run: Run | Path | str, path: Path | str) -> Path:
    """Write the network of a run to `path`, and its description as JSON beside it.

    Inputs for N clips: "keypoints" float32 [N, 1, T, V, 3] and "frames" uint8 [N, 3, T', H, W], or the one of them that
    the network takes. Outputs: "probabilities" [N, K], the mean over the streams; "probabilities_<stream>" [N, K] and
    "features_<stream>" [N, D].

    Args:
        run: a finished run of a network, or its name or directory.
        path: the ONNX file.

    Returns:
        `path`.

    Raises:
        RunError: there is no such run, it has no weights, or it is an ensemble.
        ExportError: ONNX is not installed.
    """
    run, path = run if isinstance(run, Run) else Run(run), Path(path)
    if run.kind == "ensemble":
        raise RunError(f"{run.name} is an ensemble, which has no network of its own; export its members.")
    _need_onnx()
    config, given = run.settings, example(run)
    model = deployed(run)
    with files.whole(path) as part, warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # torch's warnings about itself
        names = list(model(**given))
        # in two steps, as torch's ONNX exporter would otherwise silently use a fixed batch size
        program = torch.export.export(model, (), given, dynamic_shapes={name: {0: BATCH} for name in given})
        torch.onnx.export(
            program, (), part, dynamo=True, opset_version=OPSET, external_data=False, verbose=False,
            input_names=list(given), output_names=names,
        )  # fmt: skip
    files.write_json(path.with_suffix(".json"), metadata(run, config, given, names))
    return path


def deployed(run: Run) -> Deployed:
    """A run's network in the form for export."""
    config, layout = run.settings, layout_of(run)
    limbs = layout.limbs if "limb" in config.streams else [(joint, joint) for joint in range(layout.num_joints)]
    return Deployed(load_network(run), np.array(limbs), make_maker(config, layout)).eval()


def example(run: Run) -> dict[str, Tensor]:
    """Example inputs of two clips, by name: random key points, grey frames."""
    view, given = make_view(run.settings), {}
    if run.settings.network_streams != "rgb":
        values = seen_dimensions(run.settings, run.data.dimensions) + 1
        shape = (2, 1, view.pose_frames, len(run.data.joints), values)
        given["keypoints"] = torch.rand(shape, generator=torch.Generator().manual_seed(0)) * view.pose_pixels
    if view.rgb_frames:
        number = view.rgb_block * view.rgb_frames
        given["frames"] = torch.full((2, 3, number, view.rgb_pixels, view.rgb_pixels), 128, dtype=torch.uint8)
    return given


def metadata(run: Run, config: TrainConfig, given: dict[str, Tensor], outputs: list[str]) -> dict:
    """The description of the file, in plain values."""
    view = make_view(config)
    data = run.data
    space = seen_dimensions(config, data.dimensions) == 3
    return {
        "run": run.name, "model": config.model, "streams": config.streams, "opset": OPSET,
        "inputs": {name: {"shape": ["N", *x.shape[1:]], "type": str(x.dtype)[6:]} for name, x in given.items()},
        "outputs": outputs,
        "classes": list(data.class_names), "groups": list(data.class_groups),
        "layout": data.layout, "joints": data.joints, "limbs": data.limbs,
        "visual": data.visual if view.rgb_frames else None,
        "inside": {"sigma": config.sigma, "mean": MEAN.flatten().tolist(), "std": STD.flatten().tolist()},
        "outside": {
            "persons": "one; if there are several, the one to classify",
            "padding": inspect.signature(compact_box).parameters["padding"].default,
            "frames": described(view, config.test_clips),
            "crop": "the square about the middle of all detected joints of the chosen frames, its side the larger "
            "extent of the joints times (1 + padding); it may reach beyond the image, which is black there",
            "keypoints": f"x and y in pixels of the crop, ((x - x_middle) / side + 0.5) * {view.pose_pixels} - 0.5, "
            "and the score; (0, 0, 0) where not detected"
            + ("; before the score z, away from the camera, from its mean and in the same unit" if space else ""),
        } | ({"blocks": f"of {view.rgb_block} frames in a row from each chosen one on"} if view.rgb_block > 1 else {})
    }  # fmt: skip


def described(view: View, views: int) -> str:
    """Which frames of a clip the network is to be given, in how many views."""
    if view.resized:
        return (
            f"pose frame i of {view.pose_frames} is at place i * (total - 1) / {view.pose_frames - 1} of the clip, "
            "interpolated linearly between the frames before and after it; a joint that one of the two lacks is as in "
            "the nearer one"
        )
    pose, rgb, several = view.pose_frames, "", ""
    if view.rgb_frames:
        rgb = f"; RGB frame i of {view.rgb_frames} is that of pose frame floor((i + 0.5) * {pose / view.rgb_frames:g})"
    if views > 1:
        several = (
            f"; the run's answer is the mean of the probabilities of {views} views, in which (v + 0.5) / {views} "
            f"stands for 0.5 above, v from 0 to {views - 1}, and a shorter clip begins at frame "
            f"floor(v * total / {views})"
        )
    return (
        f"pose frame i of {pose} is frame floor((i + 0.5) * total / {pose}) of the clip, or i modulo total where the "
        f"clip is shorter{rgb}{several}"
    )


def _need_onnx() -> None:
    try:
        for name in ("onnx", "onnxscript"):
            importlib.import_module(name)
    except ImportError as error:
        raise ExportError(f'ONNX is not installed ({error}); pip install -c constraints.txt -e ".[onnx]".') from None


def main(arguments: list[str] | None = None) -> int:
    """Export from the console; return 0, or 2 if nothing was written."""
    print_anything()
    parser = argparse.ArgumentParser(prog="python -m mglib.export", description="Write a run's network as ONNX.")
    parser.add_argument("run", help="name or directory of a finished run")
    parser.add_argument("-o", "--output", type=Path, help="the ONNX file; default: RUN.onnx in this folder")
    options = parser.parse_args(arguments)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    try:
        run = Run(options.run)
        path = export(run, options.output or Path(f"{run.name}.onnx"))
    except (RunError, ExportError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{path} and {path.with_suffix('.json').name}: {path.stat().st_size / 2**20:.1f} MiB, opset {OPSET}")
    return 0

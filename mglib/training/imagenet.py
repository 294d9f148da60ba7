"""Start an RGB network from torchvision's weights: an ImageNet ResNet-50, inflated in time, or Swin on Kinetics-400.

For the ResNet, torchvision's second set of weights is used, as in the public SlowOnly recipes (MMAction2,
slowonly_imagenet-pretrained-r50). Its ResNet has the stride in the middle convolution, as the pathway does.
"""

import pickle
import re
from collections.abc import Mapping
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from mglib.base.errors import ConfigError
from mglib.models import Pathway
from mglib.models.vision import VisionError, torchvision

COUNTER = "num_batches_tracked"  # of batch norm; unused with a fixed momentum, and missing in some files of weights
NAMES = {  # patterns in torchvision's names -> ours; a convolution and its norm are one module here
    r"^conv1\.": "stem.0.0.",
    r"^bn1\.": "stem.0.1.",
    r"^layer(\d)": lambda found: f"stages.{int(found[1]) - 1}",
    r"\.conv(\d)\.": r".conv\1.0.",
    r"\.bn(\d)\.": r".conv\1.1.",
    r"\.downsample\.": ".shortcut.",
}


def inflate(resnet: Mapping[str, Tensor], pathway: Pathway) -> dict[str, Tensor]:
    """Convert a 2-D ResNet's tensors to those of an RGB pathway, without classifier and batch-norm counters.

    The 2-D kernel becomes the middle frame of the 3-D kernel, and the other frames are zero ("central frame
    initialisation", Arnab et al., ViViT, ICCV 2021), so at first every frame of a video has exactly the feature map of
    the 2-D network. If kernels were spread evenly over time (Carreira & Zisserman, I3D, CVPR 2017), this would hold
    only for a still image and away from the clip's ends, and nine such convolutions in a row carry the ends' padding to
    all eight frames.

    Args:
        resnet: state of a torchvision ResNet with bottleneck blocks.
        pathway: its kernels give the number of frames of each convolution.

    Returns:
        Tensors named as in a `GestureNet`, without the input channels of lateral connections.
    """
    inflated = {}
    kernels = {name: x.shape[2] for name, x in pathway.state_dict().items() if x.ndim == 5}
    for name, x in resnet.items():
        if name.startswith("fc.") or name.endswith(COUNTER):
            continue
        for pattern, ours in NAMES.items():
            name = re.sub(pattern, ours, name)
        if x.ndim == 4:
            frames = kernels.get(name, 1)
            x = F.pad(x.unsqueeze(2), (0, 0, 0, 0, frames // 2, frames // 2))
        inflated[f"pathways.rgb.{name}"] = x
    return inflated


def resnet50() -> dict[str, Tensor]:
    """ImageNet weights of torchvision's ResNet-50, downloaded once into torch's hub folder.

    Raises:
        ConfigError: torchvision is missing or does not fit torch, or the weights cannot be downloaded.
    """
    return _fetch("models", "ResNet50_Weights", "IMAGENET1K_V2")


def video_swin(size: str) -> dict[str, Tensor]:
    """Kinetics-400 weights of torchvision's Video Swin, named as in a `GestureNet`, without the classifier.

    Args:
        size: t, s or b.

    Raises:
        ConfigError: as `resnet50`.
    """
    state = _fetch("models.video", f"Swin3D_{size.upper()}_Weights", "KINETICS400_V1")
    return {f"pathways.rgb.{name}": x for name, x in state.items() if not name.startswith("head.")}


def _fetch(module: str, name: str, version: str) -> dict[str, Tensor]:
    try:
        weights = getattr(torchvision(module, "imagenet"), name)[version]
    except VisionError as error:
        raise ConfigError(str(error)) from None
    path = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    try:
        return weights.get_state_dict(progress=False, check_hash=True, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise ConfigError(
            f"imagenet: the weights cannot be loaded ({error}). The file {path} is expected: download {weights.url} "
            "on a machine with internet access and put it there, or set TORCH_HOME to a folder that contains "
            f"hub/checkpoints/{path.name}."
        ) from None

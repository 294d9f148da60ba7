"""Start an RGB network from torchvision's weights: an ImageNet ResNet-50, inflated in time, or a Swin on Kinetics-400.

Of the two sets of the ResNet the second is taken, from which the public SlowOnly recipes start (MMAction2, slowonly_
imagenet-pretrained-r50). Its ResNet has the stride in the middle convolution, as the pathway does.
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

COUNTER = "num_batches_tracked"  # of batch norm; of no use with a fixed momentum, and not in every file of weights
NAMES = {  # patterns in torchvision's names -> ours; a convolution and its norm are one module here
    r"^conv1\.": "stem.0.0.",
    r"^bn1\.": "stem.0.1.",
    r"^layer(\d)": lambda found: f"stages.{int(found[1]) - 1}",
    r"\.conv(\d)\.": r".conv\1.0.",
    r"\.bn(\d)\.": r".conv\1.1.",
    r"\.downsample\.": ".shortcut.",
}


def inflate(resnet: Mapping[str, Tensor], pathway: Pathway) -> dict[str, Tensor]:
    """A 2-D ResNet's tensors for an RGB pathway, without its classifier and norms' counters.

    Kernels are put at the middle frame, the others are zero ("central frame initialisation", Arnab et al., ViViT, ICCV
    2021): every frame of any video starts with just the map that the 2-D network has for it. Spread evenly over time
    (Carreira & Zisserman, I3D, CVPR 2017) this holds for a still image away from the clip's ends only, and nine such
    convolutions in a row carry the ends' padding to all eight frames.

    Args:
        resnet: state of a torchvision ResNet with bottlenecks.
        pathway: whose kernels say how many frames each sees.

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
        ConfigError: torchvision is missing or does not fit torch, or the weights are neither there nor to be fetched.
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
            f"imagenet: the weights are not to be had ({error}). Expected is the file {path}: fetch "
            f"{weights.url} once where there is a network and put it there, or set TORCH_HOME to a folder that holds "
            f"hub/checkpoints/{path.name}."
        ) from None

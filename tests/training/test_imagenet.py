"""Inflated, the RGB pathway sees of every frame what torchvision's ResNet-50 sees; without network it is a sentence."""

import importlib
import sys
from types import ModuleType
from urllib.error import URLError

import pytest
import torch

from mglib.base.errors import ConfigError
from mglib.config import TrainConfig
from mglib.models import SIZES, build_network
from mglib.training import first_weights as merging
from mglib.training import imagenet
from mglib.training.building import make_network
from tests.builders import waving_table


@pytest.fixture(scope="module")
def models() -> ModuleType:
    """torchvision.models, with a CPU build of torch too: the wheel's operators need CUDA, but ResNet needs none."""
    if importlib.util.find_spec("torchvision") is None:
        pytest.skip("torchvision is not installed, so the inflated ResNet-50 is not held against it; install it.")
    try:
        return importlib.import_module("torchvision.models")
    except RuntimeError:
        for name in [name for name in sys.modules if name.startswith("torchvision")]:
            del sys.modules[name]
        for name in ("nms", "qnms"):  # what it asks for by name as it is imported
            torch.library.define(f"torchvision::{name}", "(Tensor dets, Tensor scores, float threshold) -> Tensor")
        return importlib.import_module("torchvision.models")


def random_resnet50(models: ModuleType) -> torch.nn.Module:
    """Untrained, but with norms that do something."""
    torch.manual_seed(0)
    resnet = models.resnet50(weights=None).eval()
    for name, x in resnet.state_dict().items():
        if name.endswith("running_var"):
            x.uniform_(0.5, 2)
        elif x.ndim == 1:
            x += 0.1 * torch.randn_like(x)
    return resnet


def test_every_frame_of_any_video_gets_the_map_of_the_2d_network(models, monkeypatch):
    """In the two-stream network, whose lateral channels must add nothing, and up to the last stage."""
    resnet = random_resnet50(models)
    monkeypatch.setattr(imagenet, "resnet50", resnet.state_dict)
    network = build_network(SIZES["paper"], "both", 2, 3).eval()
    merging.initialise(network, TrainConfig.read({"preset": "paper", "imagenet": True}), {})
    maps = []
    network.pathways["rgb"].stages[3].register_forward_hook(lambda _, given, out: maps.append(out))
    video = torch.randn(1, 3, 3, 64, 64)
    resnet.avgpool = resnet.fc = torch.nn.Identity()
    with torch.no_grad():
        network({"rgb": video, "pose": torch.rand(1, 3, 12, 16, 16)})
        frames = resnet(video[0].transpose(0, 1)).view(3, 2048, 2, 2)
    expected = frames.transpose(0, 1)[None]
    assert expected.std() > 0.01
    torch.testing.assert_close(maps[0], expected, rtol=1e-3, atol=1e-4 * float(expected.abs().max()))


def test_a_video_swin_starts_as_the_network_on_kinetics(models, monkeypatch):
    torch.manual_seed(0)
    swin = models.video.swin3d_t(weights=None).eval()
    asked = []
    monkeypatch.setattr(imagenet, "_fetch", lambda *names: asked.append(names) or swin.state_dict())
    config = TrainConfig.read({"preset": "paper", "model": "video_swin_t", "imagenet": True})
    network = make_network(config, waving_table())
    merging.initialise(network, config, {})
    assert asked == [("models.video", "Swin3D_T_Weights", "KINETICS400_V1")]
    assert models.video.Swin3D_T_Weights["KINETICS400_V1"].url.endswith("swin3d_t-7615ae03.pth")
    video = torch.randn(1, 3, 4, 64, 64)
    swin.head = torch.nn.Identity()
    with torch.no_grad():
        pooled = network.eval().pathways["rgb"](video).mean((2, 3, 4))
        torch.testing.assert_close(pooled, swin(video), rtol=1e-3, atol=1e-4)


def test_offline_says_which_file_goes_where(models, monkeypatch, tmp_path):
    def offline(*args, **kwargs):
        raise URLError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("torch.hub.download_url_to_file", offline)
    with pytest.raises(ConfigError) as error:
        imagenet.resnet50()
    assert str(error.value).startswith("imagenet: the weights cannot be loaded (<urlopen error no route to host>)")
    assert f"{tmp_path}/hub/checkpoints/resnet50-11ad3fa6.pth" in str(error.value) and error.value.__suppress_context__
    file = tmp_path / "hub/checkpoints/resnet50-11ad3fa6.pth"
    torch.save({"conv1.weight": torch.ones(1)}, file)
    assert list(imagenet.resnet50()) == ["conv1.weight"]
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ConfigError, match=r"the weights cannot be loaded .*failed finding central directory"):
        imagenet.resnet50()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, r'^imagenet: needs torchvision \(.*\); pip install -c constraints.txt -e "\.\[rgb\]"\.$'),
        (
            "raise RuntimeError('operator nms does not exist')",
            "does not fit torch 2.*nms does not exist.*; install the",
        ),
    ],
)
def test_a_torchvision_that_is_missing_or_does_not_fit_is_a_sentence(tmp_path, monkeypatch, content, sentence):
    for name in [name for name in sys.modules if name.startswith("torchvision")]:
        monkeypatch.delitem(sys.modules, name)
    if content is None:
        monkeypatch.setitem(sys.modules, "torchvision", None)
    else:
        (tmp_path / "torchvision").mkdir()
        (tmp_path / "torchvision" / "__init__.py").write_text(content)
        monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError, match=sentence):
        imagenet.resnet50()

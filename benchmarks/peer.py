"""A worker with mmaction2 for the benchmarks; it runs in a separate environment and is called by `rounds.Worker`.

Two shims: `np.Inf`, removed in NumPy 2, and the module of a localizer that is missing in the wheel of mmaction2 1.2.0.
"""

import sys
import time
import types
import warnings

import numpy as np

np.Inf = np.inf  # noqa: NPY201
_DRN = types.ModuleType("mmaction.models.localizers.drn.drn")
_DRN.DRN = object
sys.modules |= {"mmaction.models.localizers.drn": types.ModuleType("drn"), _DRN.__name__: _DRN}
warnings.simplefilter("ignore")  # about missing compiled operators, which are not needed here

import torch  # noqa: E402
from mmaction.registry import MODELS  # noqa: E402
from mmaction.utils import register_all_modules  # noqa: E402
from mmengine.dataset import Compose, pseudo_collate  # noqa: E402

from benchmarks.rounds import serve  # noqa: E402
from benchmarks.step import CLASSES, JOINTS, Step, inputs  # noqa: E402

LEFT, RIGHT = list(range(1, 17, 2)), list(range(2, 17, 2))
# configs/skeleton/posec3d/slowonly_r50_8xb16-u48-240e_ntu60-xsub-keypoint.py, its train_pipeline
PIPELINE = [
    dict(type="UniformSampleFrames", clip_len=48),
    dict(type="PoseDecode"),
    dict(type="PoseCompact", hw_ratio=1.0, allow_imgpad=True),
    dict(type="Resize", scale=(-1, 64)),
    dict(type="RandomResizedCrop", area_range=(0.56, 1.0)),
    dict(type="Resize", scale=(56, 56), keep_ratio=False),
    dict(type="Flip", flip_ratio=0.5, left_kp=LEFT, right_kp=RIGHT),
    dict(type="GeneratePoseTarget", sigma=0.6, use_score=True, with_kp=True, with_limb=False),
    dict(type="FormatShape", input_format="NCTHW_Heatmap"),
    dict(type="PackActionInputs"),
]
# configs/skeleton/posec3d/: the network of slowonly_r50_8xb16-u48-240e_ntu60-xsub-keypoint.py,
POSE = dict(
    type="ResNet3dSlowOnly", depth=50, pretrained=None, in_channels=JOINTS, base_channels=32, num_stages=3,
    out_indices=(2,), stage_blocks=(4, 6, 3), conv1_stride_s=1, pool1_stride_s=1, inflate=(0, 1, 1),
    spatial_strides=(2, 2, 2), temporal_strides=(1, 1, 2), dilations=(1, 1, 1),
)  # fmt: skip
# and of rgbpose_conv3d/rgbpose_conv3d.py
BOTH = dict(
    type="RGBPoseConv3D", speed_ratio=4, channel_ratio=4,
    rgb_pathway=dict(
        num_stages=4, lateral=True, lateral_infl=1, lateral_activate=(0, 0, 1, 1), fusion_kernel=7, base_channels=64,
        conv1_kernel=(1, 7, 7), inflate=(0, 0, 1, 1), with_pool2=False,
    ),
    pose_pathway=dict(
        num_stages=3, stage_blocks=(4, 6, 3), lateral=True, lateral_inv=True, lateral_infl=16,
        lateral_activate=(0, 1, 1), fusion_kernel=7, in_channels=JOINTS, base_channels=32, out_indices=(2,),
        conv1_kernel=(1, 7, 7), conv1_stride_s=1, conv1_stride_t=1, pool1_stride_s=1, pool1_stride_t=1,
        inflate=(0, 1, 1), spatial_strides=(2, 2, 2), temporal_strides=(1, 1, 1), dilations=(1, 1, 1), with_pool2=False,
    ),
)  # fmt: skip
STATE = {}


def make(net: str, clips: int, infer: bool) -> dict:
    """Create the network for `train` and `infer`, unmodified: float32, default layout."""
    both = net == "two-stream"
    backbone = MODELS.build(BOTH if both else POSE)
    backbone.init_weights()
    if both:
        head = MODELS.build(dict(type="RGBPoseHead", num_classes=CLASSES, in_channels=[2048, 512], dropout=0.5))
    else:
        head = MODELS.build(dict(type="I3DHead", in_channels=512, num_classes=CLASSES, dropout_ratio=0.5))

    def forward(*x: torch.Tensor) -> list[torch.Tensor]:
        answer = head(backbone(*x))
        return list(answer.values()) if both else [answer]

    STATE["step"] = Step(torch.nn.ModuleList([backbone, head]), forward, inputs(net, clips), bf16=False)
    return STATE["step"].describe()


def heatmaps(keypoints: str, limbs: list | None, size: int, sigma: float, to: str = "") -> dict:
    """Processor seconds per clip for clips [N, M, T, V, 3] of a file, stacked to a batch; values go to `to`."""
    clips = np.load(keypoints)
    kind = dict(with_kp=False, with_limb=True, skeletons=limbs) if limbs else {}
    draw = Compose([dict(type="GeneratePoseTarget", sigma=sigma, **kind), PIPELINE[-2]])
    start = time.process_time()
    results = [
        dict(keypoint=c[..., :2], keypoint_score=c[..., 2], img_shape=(size, size), num_clips=1, clip_len=c.shape[1])
        for c in clips
    ]
    volumes = [torch.from_numpy(draw(result)["imgs"][0]) for result in results]
    batch = torch.stack(volumes) if len(volumes) > 1 else volumes[0][None]
    seconds = (time.process_time() - start) / len(clips)
    if to:
        np.save(to, batch.numpy())
    return {"seconds": seconds}


def pipeline(keypoints: str, frames: int, height: int, width: int, batch: int) -> dict:
    """Processor seconds per clip from key points [N, M, T, V, 3] to stacked heat-maps."""
    clips = np.load(keypoints)
    steps = Compose([dict(PIPELINE[0], clip_len=frames), *PIPELINE[1:]])
    start = time.process_time()
    for first in range(0, len(clips), batch):
        packed = []
        for clip in clips[first : first + batch]:
            annotation = dict(
                keypoint=clip[..., :2].copy(), keypoint_score=clip[..., 2].copy(), total_frames=clip.shape[1],
                img_shape=(height, width), original_shape=(height, width), start_index=0, modality="Pose", label=0,
            )  # fmt: skip
            packed.append(steps(annotation))
        torch.stack(pseudo_collate(packed)["inputs"])
    return {"seconds": (time.process_time() - start) / len(clips)}


if __name__ == "__main__":
    register_all_modules()
    np.random.seed(0)  # noqa: NPY002, mmaction2 draws from NumPy's global state
    steps = {"make": make, "train": lambda: STATE["step"].train(), "infer": lambda: STATE["step"].infer()}
    serve({"heatmaps": heatmaps, "pipeline": pipeline} | steps)

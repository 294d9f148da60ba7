"""What presets, models and recipes set, and what 07_compare changes."""

from typing import Any

# What a preset sets beside the network's size (models.SIZES). Values given by the user win.
# paper: section 3.2 of the paper; the clip norm, and weight decay of all parameters, are from the public code.
# small, tiny: short schedules for a CPU.
PRESETS: dict[str, dict[str, Any]] = {
    "tiny": dict(
        epochs=2, batch_size=8, lr=0.05, schedule="onecycle", weight_decay=1e-3, dim=32,
        sigma=0.6, pose_frames=8, pose_pixels=8, pose_kernel=3,
    ),
    "small": dict(
        epochs=20, batch_size=16, lr=0.05, schedule="onecycle", weight_decay=1e-3, dim=128,
        sigma=1.0, pose_frames=16, pose_pixels=8, pose_kernel=5, ramp=0.3, test_clips=3,
    ),
    "paper": dict(
        epochs=30, batch_size=10, lr=0.0075, schedule="step", weight_decay=1e-4, decay_all=True, dim=256,
        sigma=0.7, pose_frames=32, pose_pixels=56, pose_kernel=3,
    ),
}  # fmt: skip
UNSTEADY = dict(joint_dropout=0.1, joint_noise=0.1)
COVERED = dict(random_erasing=0.5)
AS_IT_IS = dict.fromkeys(UNSTEADY | COVERED, 0.0)  # nothing is hidden or changed
# PoseConv3D at preset small, by its pathways. Many epochs, as a few hundred clips give few steps per epoch; less
# dropout, as the features are few. Chosen on folds of training people of UTD-MHAD and MSR-Action3D
# (benchmarks/presets.py); with RGB frames, the epochs are as many as take less than ten minutes on UTD-MHAD.
SMALL_POSECONV: dict[str, dict[str, Any]] = {
    "pose": dict(epochs=150, dropout=0.2) | UNSTEADY,
    "rgb": dict(epochs=60, dropout=0.2) | COVERED,
    "both": dict(epochs=120, dropout=0.2, apart=0.75) | COVERED,
}
# Frames per clip of the other systems.
FRAMES: dict[str, dict[str, int]] = {
    "skeleton": {"tiny": 16, "small": 48, "paper": 100},  # joints
    "pose_conv3d": {"paper": 48},
}
# What the presets were in runs older than these settings.
EARLIER: dict[str, dict[str, int]] = {
    "tiny": dict(pose_frames=8, pose_pixels=8),
    "small": dict(pose_frames=32, pose_pixels=16),
    "paper": dict(pose_frames=32, pose_pixels=56),
}
# Preset paper for one branch alone: the public recipes; their lr, given for batches of 96 and 128, per clip.
BRANCHES: dict[str, dict[str, Any]] = {
    "rgb": dict(lr=0.15 / 96, schedule="step", weight_decay=1e-4),
    "pose": dict(lr=0.2 / 128, schedule="cosine", weight_decay=3e-4, sigma=0.6),
}

# The systems of the paper's Table 2, each with the streams that it accepts; the first is the default.
GRAPH_STREAMS = ("joint", "bone", "motion", "bone_motion")  # motion from each frame to the next
MAP_STREAMS = ("joint", "limb", "motion", "limb_motion")
FRAME_STREAMS = ("rgb", "rgb_motion", "rgb_taylor")
SKELETON_MODELS: dict[str, tuple[str, ...]] = {  # input: joints, not heat-maps
    "st_gcn": GRAPH_STREAMS, "st_gcn_pp": GRAPH_STREAMS, "aagcn": GRAPH_STREAMS, "ctr_gcn": GRAPH_STREAMS,
    "dg_stgcn": GRAPH_STREAMS, "hypergraph": ("limb", "limb_motion"), "hcn": ("joint", "bone"),
}  # fmt: skip
MODELS: dict[str, tuple[str, ...]] = {
    "two_stream": ("rgb+joint", "rgb+limb", *FRAME_STREAMS, *MAP_STREAMS),  # the paper's, or one of its branches
    "pose_conv3d": MAP_STREAMS,
    "tsm": FRAME_STREAMS, "video_swin_t": FRAME_STREAMS, "video_swin_s": FRAME_STREAMS, "video_swin_b": FRAME_STREAMS,
} | SKELETON_MODELS  # fmt: skip
STREAMS = tuple(dict.fromkeys(stream for several in MODELS.values() for stream in several))
# Other networks at preset small; benchmarks/solid.py compares those on joints with others on folds of training people.
SMALL_MODELS: dict[str, dict[str, Any]] = (
    dict.fromkeys(SKELETON_MODELS, dict(epochs=100, dropout=0.2, test_clips=1) | UNSTEADY)
    | {
        "hypergraph": dict(epochs=60, dropout=0.2, test_clips=1) | UNSTEADY,  # takes twice the others' time
        "tsm": dict(epochs=60, dropout=0.2) | COVERED,
    }
    | dict.fromkeys(("video_swin_t", "video_swin_s", "video_swin_b"), dict(epochs=150, dropout=0.2))
)
# Training recipes where they differ from the preset: PYSKL's for the graph networks (lr for a batch of 128), Video
# Swin's own (AdamW, a tenth of the lr for a pre-trained backbone). Preset paper scales the lr with the batch size.
RECIPES: dict[str, dict[str, Any]] = {
    "skeleton": dict(optimizer="nesterov", weight_decay=5e-4),
    # hcn's last layers depend on the place in time, so a short clip is slowed down instead of being repeated
    "hcn": dict(optimizer="adamw", weight_decay=0.01, lr=2e-3, sampling="resized", temporal_crop=0.7),
    "swin": dict(optimizer="adamw", weight_decay=0.05, lr=1e-3),
}
PAPER_RECIPES: dict[str, dict[str, Any]] = {
    "skeleton": dict(optimizer="nesterov", weight_decay=5e-4, lr=0.1 / 128, schedule="cosine"),
    "swin": dict(
        optimizer="adamw", weight_decay=0.05, decay_all=False, lr=1e-3 / 64, schedule="cosine", backbone_lr=0.1
    ),
}
MOMENTUM = 0.9  # of SGD
CYCLED_MOMENTUM = (0.85, 0.95)  # one-cycle schedule: lowest where the learning rate is highest (Smith 2018)
STRONGER = 1.5  # factor on the epochs with strong augmentation
LONG = 60  # epochs from which inputs are hidden or changed; with 40, the embedded data were learnt worse

# What 07_compare changes, one at a time: readings of the paper, then its constants, then remedies for rare classes.
# Each comment is the question in the table of 07_compare.
FACTORS: dict[str, list[Any]] = {
    "attention": ["time", "off"],  # Which dimension should cross-modal attention use? Is attention needed?
    "terms": ["fn", "fp"],  # Which confused clips does refinement need: missed ones, or those wrongly assigned?
    "anchors": ["label"],  # Should the loss also act on clips that are not recognised yet?
    "prototype_init": ["random"],  # Does it hurt to start with random prototypes, as in the paper?
    "memory": [16],  # Does a small batch contain too few confused clips?
    "alpha": [0, 0.05, 1.0],  # Does the refinement loss help, and with what weight?
    "tau": [0.0625, 0.25],  # Which temperature is best for the similarities to prototypes?
    "rho": [0.5, 0.99],  # How slowly should the prototypes change?
    "sampler": ["balanced"],  # Rare classes: does it help to sample them more often?
    "logit_adjustment": [1.0],  # Rare classes: does it help to adjust the logits by class frequency?
    "retrain": ["sqrt"],  # Rare classes: does it help to re-train the classifiers at the end?
    "label_smoothing": [0.1],  # Does label smoothing help?
}

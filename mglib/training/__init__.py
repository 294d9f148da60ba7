"""From settings and a data set to a run directory.

loop            training steps, epochs, and `train`
building        device, network, view etc. from the settings
optimizing      the optimizer and the learning-rate schedule
losses          the loss terms of a training step
first_weights   initial weights: branches trained alone, ImageNet
answering       a network's predictions for clips
recording       the files that a run writes
planning        memory and time of a training, estimated before it starts
checkpoints     interrupted runs, resumed
processes       training in several processes
floors          baselines without a network
retraining      re-training of the classifiers, for rare classes
second_stage    the same for a finished run
reliance        how far a two-stream network relies on each input
seeds           networks trained with several seeds, averaged
transferring    networks that start from the backbone of an earlier run
masked          pre-training without labels
pretraining     the runs of 02_pretrain
"""

from .loop import train
from .reliance import measure_reliance
from .second_stage import retrain_run
from .seeds import train_seeds

__all__ = ["measure_reliance", "retrain_run", "train", "train_seeds"]

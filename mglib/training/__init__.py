"""From settings and a data set to a run directory.

loop            the steps, the epochs, and `train`
building        what the settings ask for: device, network, view, optimizer
first_weights   what a network starts from: branches trained alone, ImageNet
answering       a network's answers to clips
recording       what a run writes down
planning        what a training would take, told before it begins
checkpoints     interrupted runs, continued
processes       several of them that train together
floors          what simple methods reach
retraining      the classifiers once more, for rare classes
second_stage    the same of a finished run
reliance        on which input a network of two streams rests
seeds           several networks of one setting, averaged
transferring    a network that starts from the backbone of an earlier run
masked          pre-training without labels
pretraining     what 02_pretrain trains
"""

from .loop import train
from .reliance import measure_reliance
from .second_stage import retrain_run
from .seeds import train_seeds

__all__ = ["measure_reliance", "retrain_run", "train", "train_seeds"]

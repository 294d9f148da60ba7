"""`python -m mglib.export`: export a run's network as ONNX; see `mglib.prediction.onnx`."""

import sys

from mglib.base.console import ended
from mglib.prediction.onnx import main

if __name__ == "__main__":
    sys.exit(ended(main))

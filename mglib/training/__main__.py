"""Training from the console: see `mglib.training.loop`."""

import signal
import sys

from .loop import main
from .processes import world_size

if __name__ == "__main__":
    if world_size() == 1:  # of several that wait for one another, none could be sure to hear it
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a batch system's way to say Ctrl-C
    sys.exit(main())

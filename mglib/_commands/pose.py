"""`python -m mglib.pose`: detect key points in videos; see `mglib.data.pose`."""

import sys

from mglib.base.console import ended
from mglib.data.pose.__main__ import main

if __name__ == "__main__":
    sys.exit(ended(main))

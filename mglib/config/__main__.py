"""Write the notebooks' parameter cells from the settings; run this after a setting was added or changed.

python -m mglib.config
"""

from .parameters import write_notebooks

if __name__ == "__main__":
    print("\n".join(map(str, write_notebooks())) or "The notebooks' parameter cells are up to date.")

"""Write the notebooks' cells of parameters from the settings, after one was added or changed.

python -m mglib.config
"""

from .parameters import write_notebooks

if __name__ == "__main__":
    print("\n".join(map(str, write_notebooks())) or "The notebooks say what the settings do.")

"""python -m benchmarks.page: makes the page, the plots and the README's table from committed results.

Each results/NAME.json has a page NAME.md and plots beside it; the README shows those of HEADLINE.
"""

import argparse
import hashlib
import struct
import sys
from pathlib import Path

from . import headline, plots, report, results

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "benchmarks" / "results"
HEADLINE = FOLDER / "x86-64.json"
README = ROOT / "README.md"
BEGIN = "<!-- made by python -m benchmarks.page: -->\n"
END = "<!-- end -->\n"
PICTURE = """\
<picture>
  <source media="(prefers-color-scheme: dark)" srcset="{0}-dark.png">
  <img alt="{1}: time per element over the size of the array" src="{0}-light.png">
</picture>
"""


def committed_figures():
    """The README's table, for the reader of a run to compare with."""
    if not HEADLINE.exists():
        return ""
    committed = results.read(HEADLINE)
    return (
        f"\n## The committed figures, for comparison\n\n{headline.text(committed)}\n"
        f"{headline.caption(committed)}\n"
    )


def page(path):
    found = results.read(path)
    pictures = "\n".join(PICTURE.format(f"{path.stem}-{dtype}", dtype) for dtype in found.arrays())
    return f"{report.text(found)}\n## How cost grows\n\n{pictures}"


def readme():
    """The README as it should be."""
    found = results.read(HEADLINE)
    folder = FOLDER.relative_to(ROOT).as_posix()
    picture = PICTURE.format(f"{folder}/{HEADLINE.stem}-float64", "float64")
    made = (
        f"{picture}\n{headline.text(found)}\n{headline.caption(found)}\n"
        f"[All figures]({folder}/{HEADLINE.stem}.md), lost ones too. The best of a column is bold.\n"
    )
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + made + END + after


def source_of(picture):
    """The digest that plots.draw left in a PNG."""
    data = picture.read_bytes()
    at = 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        key, _, value = data[at + 8 : at + 8 + length].partition(b"\0")
        if (kind, key) == (b"tEXt", b"Source"):
            return value.decode()
        at += length + 12
    return None


def differences():
    """Which files are not what the results make of them."""
    found = [] if README.read_text(encoding="utf-8") == readme() else [README]
    for path in sorted(FOLDER.glob("*.json")):
        written = path.with_suffix(".md")
        if not written.exists() or written.read_text(encoding="utf-8") != page(path):
            found.append(written)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        for dtype in results.read(path).arrays():
            for theme in plots.THEMES:
                picture = FOLDER / f"{path.stem}-{dtype}-{theme}.png"
                if not picture.exists() or source_of(picture) != digest:
                    found.append(picture)
    return list(dict.fromkeys(found))


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say what is out of date")
    if parser.parse_args().check:
        stale = differences()
        for path in stale:
            print(f"{path.relative_to(ROOT)} does not agree with the results")
        sys.exit(bool(stale))
    plots.check(parser)
    for path in sorted(FOLDER.glob("*.json")):
        path.with_suffix(".md").write_text(page(path), encoding="utf-8")
        plots.draw(results.read(path), FOLDER, f"{path.stem}-", path.read_bytes())
    README.write_text(readme(), encoding="utf-8")


if __name__ == "__main__":
    main()

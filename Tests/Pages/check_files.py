"""Checks the files of reports by the standards' own tools.

    python3 Tests/Pages/check_files.py Reports

Pages parse as HTML without an error (PyPI: html5lib), have each id once, and link only to what is there; notebooks pass
nbformat's validation and nbconvert turns them into HTML with their figures (PyPI: nbformat, nbconvert); SVGs are
well-formed. What is not installed is named and not checked. Ends with 1 if anything was found.
"""

import glob
import importlib.util
import os
import re
import sys
import urllib.parse
import xml.etree.ElementTree


def installed(module):
    if importlib.util.find_spec(module):
        return True
    print(f"not checked: {module} is not installed")
    return False


def check_html(path, html5lib):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    problems = []
    if html5lib:
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(text)
        problems += [f"line {line}, column {column}: {code}" for (line, column), code, _ in parser.errors]
    body = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.S)
    ids = re.findall(r'\sid="([^"]+)"', body)
    problems += [f"id {one} more than once" for one in sorted({one for one in ids if ids.count(one) > 1})]
    for link in re.findall(r'\s(?:href|src)="([^"]+)"', body):
        if link.startswith(("https://", "data:")):
            continue
        target, _, anchor = link.partition("#")
        other = os.path.join(os.path.dirname(path), urllib.parse.unquote(target)) if target else path
        if not os.path.exists(other):
            problems.append(f"links to {link}, which is not there")
        elif anchor and not target and anchor not in ids:
            problems.append(f"links to {link}, which is not in the page")
    return problems


def check_notebook(path, nbformat, nbconvert):
    if not nbformat:
        return []
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (nbformat.ValidationError, ValueError) as error:
        return [str(error).splitlines()[0]]
    figures = sum("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", []))
    if nbconvert:
        page, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
        if page.count("data:image/png;base64,") < figures:
            return ["nbconvert shows fewer figures than the notebook has"]
    return []


def check_svg(path):
    try:
        root = xml.etree.ElementTree.parse(path).getroot()
    except xml.etree.ElementTree.ParseError as error:
        return [str(error)]
    return [] if root.tag == "{http://www.w3.org/2000/svg}svg" else ["is no SVG"]


def main(reports):
    html5lib = importlib.import_module("html5lib") if installed("html5lib") else None
    nbformat = importlib.import_module("nbformat") if installed("nbformat") else None
    nbconvert = importlib.import_module("nbconvert") if installed("nbconvert") else None
    checks = {
        "html": lambda path: check_html(path, html5lib),
        "ipynb": lambda path: check_notebook(path, nbformat, nbconvert),
        "svg": check_svg,
    }
    failed = 0
    for kind, check in checks.items():
        for path in sorted(glob.glob(f"{reports}/**/*.{kind}", recursive=True)):
            problems = check(path)
            failed += bool(problems)
            print(f"{'FAILED' if problems else 'ok'}  {path}")
            for problem in problems:
                print(f"    {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))

"""Opens the overview and every report's page in a real browser and checks what a reader would notice.

    python3 Tests/Pages/check_browser.py Reports [--screenshots FOLDER] [--brief] [--require-axe]

Each page is opened from the file system, in light and dark, on a desktop and on a phone: no console errors, no failed
loads and nothing from elsewhere, every figure visible, nothing wider than the screen, switches and keyboard at work,
figures there without scripts, printable, and no serious finding of axe-core (PyPI: axe-core-python), if that is
installed, as it must be with --require-axe. With --brief, only in light on a desktop and dark on a phone. Prints a line
for each page and ends with 1 if anything was found.
"""

import argparse
import glob
import importlib.util
import os
import sys
import time
from pathlib import Path

import browser

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}

VISIBLE = """(() => {
  const shown = [...document.querySelectorAll("figure, .card .picture")].map((figure) => {
    const picture = [...figure.querySelectorAll("svg.plot:not(.swatch), img")].find((one) => one.getBoundingClientRect().width > 0);
    if (!picture) return figure.querySelector(".missing") || figure.classList.contains("none") ? "ok" : "no picture";
    const box = picture.getBoundingClientRect();
    if (box.width < 120 || box.height < 60) return `only ${box.width} x ${box.height}`;
    if (picture.tagName === "IMG") return picture.complete && picture.naturalWidth ? "ok" : "the image did not load";
    const luminance = (colour) => {
      const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((v) => Math.pow(v / 255, 2.2));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = luminance(getComputedStyle(document.body).backgroundColor);
    // Text in the cells of a heat map has a ground of its own, and no colour of the theme.
    const faint = [...picture.querySelectorAll("text[class^='f-']")].filter((one) => {
      const ink = luminance(getComputedStyle(one).fill);
      return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05) < 4;
    });
    return faint.length ? `text without contrast: ${faint[0].textContent}` : "ok";
  });
  return shown.filter((one) => one !== "ok");
})()"""

SWITCHES = """(() => {
  const problems = [];
  for (const figure of document.querySelectorAll("figure:has(.tools)")) {
    const boxes = [...figure.querySelectorAll(".tools input")];
    for (const box of boxes) {
      const isPaper = box.parentNode.textContent.includes("paper");
      const state = () => isPaper
        ? [...figure.querySelectorAll("svg.plot .paper")].filter((one) => getComputedStyle(one).display !== "none").length
        : [...figure.querySelectorAll("g.scale:not([display=none])")].map((one) => one.dataset.scale).join();
      const before = state();
      box.click();
      const after = state();
      box.click();
      if (after === before) problems.push(`${box.parentNode.textContent} does nothing`);
      if (state() !== before) problems.push(`${box.parentNode.textContent} does not go back`);
    }
  }
  return problems;
})()"""


def shows_values(page, point=lambda attempt: None):
    """Whether values come to be shown; a busy machine may take a moment for it.

    A pointer that moves before a scrolled page is painted meets what was there before: `point` moves it again, to where
    things are by then.
    """
    for attempt in range(30):
        point(attempt)
        if page.run("[...document.querySelectorAll('.readout')].some((one) => one.getBoundingClientRect().width > 0)"):
            return True
        time.sleep(0.1)
    return False


def axe():
    """The text of axe.min.js, or None."""
    spec = importlib.util.find_spec("axe_core_python")
    files = glob.glob(os.path.join(os.path.dirname(spec.origin), "**", "axe.min.js"), recursive=True) if spec else []
    return Path(files[0]).read_text(encoding="utf-8") if files else None


def check_keyboard(page):
    """Every slider that is shown is reached by script, moved by keys and read out."""
    problems = []
    count = page.run("document.querySelectorAll('.slider').length")
    for index in range(count):
        slider = f"document.querySelectorAll('.slider')[{index}]"
        if page.run(f"{slider}.getBoundingClientRect().width") == 0:
            continue
        page.run(f"{slider}.focus()")
        if not shows_values(page):
            problems.append("no values on focus")
        page.key("Home")
        first = page.run(f"{slider}.getAttribute('aria-valuetext')")
        page.key("ArrowRight")
        second = page.run(f"{slider}.getAttribute('aria-valuetext')")
        if first == second or ":" not in second:
            problems.append(f"arrow keys do not move slider {index}")
        caption = page.run(f"{slider}.nextElementSibling.querySelector('caption').textContent")
        if not second.startswith(f"{caption}: "):
            problems.append(f"the values of slider {index} are headed \"{caption}\", read out \"{second}\"")
        page.key("Escape")
        page.run(f"{slider}.scrollIntoView({{block: 'center', behavior: 'instant'}})")

        def point(attempt):
            left, top, width, height = page.run(
                f"(() => {{ const r = {slider}.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; }})()")
            page.point(left + width * 0.3 + attempt % 2, top + height / 2)

        if not shows_values(page, point):
            problems.append(f"no values under the pointer in slider {index}")
        page.run("document.activeElement.blur()")
    return problems


def check_page(page, path, screenshots, axe_source, brief):
    problems = []
    url = Path(path).resolve().as_uri()
    name = Path(path).resolve().parent.name
    for size, (width, height) in SIZES.items():
        for theme in ["light", "dark"]:
            if brief and (size == "desktop") == (theme == "dark"):
                continue
            where = f"{size}, {theme}"
            page.view(width, height, theme == "dark")
            page.open(url)
            page.run("document.querySelectorAll('img').forEach((one) => { one.loading = 'eager'; })")
            page.run("Promise.all([...document.images].map((one) => one.decode().catch(() => null))).then(() => 0)")
            found = page.run(VISIBLE)
            found += page.run(SWITCHES)
            found += check_keyboard(page) if theme == "light" or brief else []
            wide = page.run("document.scrollingElement.scrollWidth")
            if wide > width:
                found.append(f"{wide} pixels wide on a screen of {width}")
            if axe_source:
                page.run(axe_source + "; 0")
                result = page.run("axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations.map((v) => [v.impact, v.id, v.nodes[0].html.slice(0, 160)]))")
                found += [f"axe: {one}" for one in result if one[0] in ("serious", "critical")]
            found += page.problems()
            if screenshots:
                page.run("window.scrollTo(0, 0)")
                page.screenshot(f"{screenshots}/{name}-{size}-{theme}.png")
            problems += [f"{where}: {one}" for one in found]
    page.view(*SIZES["desktop"])
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.open(url)
    page.call("Emulation.setScriptExecutionDisabled", value=False)
    problems += [f"without scripts: {one}" for one in page.run(VISIBLE)]
    if len(page.pdf()) < 5000:
        problems.append("does not print")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports")
    parser.add_argument("--screenshots")
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("--require-axe", action="store_true")
    options = parser.parse_args()
    path = browser.find()
    if not path:
        print("skipped: no chromium or chrome is installed")
        return 0
    axe_source = axe()
    if not axe_source:
        print("not checked: accessibility (axe-core-python is not installed)")
        if options.require_axe:
            return 1
    if options.screenshots:
        os.makedirs(options.screenshots, exist_ok=True)
    pages = [f"{options.reports}/index.html"] + sorted(glob.glob(f"{options.reports}/*/index.html"))
    page = browser.Browser(path)
    failed = 0
    try:
        for one in pages:
            start = time.monotonic()
            problems = check_page(page, one, options.screenshots, axe_source, options.brief)
            failed += bool(problems)
            print(f"{'FAILED' if problems else 'ok'}  {one}  ({time.monotonic() - start:.1f} s)")
            for problem in problems:
                print(f"    {problem}")
    finally:
        page.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

/// What pages do where scripts may run: they can be read without.
enum PageScript {
  static let javaScript = #"""
    "use strict";
    // Values under the pointer and by keyboard, and switches, for figures that carry their numbers. Without this script the
    // figures are what they are in print.
    (() => {
      const element = (name, properties = {}, parent = null) => {
        const made = Object.assign(document.createElement(name), properties);
        if (parent) parent.append(made);
        return made;
      };

      const text = (value) => {
        if (value === null || value === undefined) return "–";
        const size = Math.abs(value);
        const digits = size !== 0 && (size < 1e-4 || size >= 1e6) ? size.toExponential(2) : String(+size.toPrecision(4));
        return (value < 0 ? "−" : "") + digits;
      };

      const fraction = (axis, value) => {
        const [low, high] = axis.range;
        if (axis.scale === "linear") return (value - low) / (high - low);
        return value > 0 ? Math.log(value / low) / Math.log(high / low) : NaN;
      };

      const valueAt = (axis, share) => {
        const [low, high] = axis.range;
        return axis.scale === "linear" ? low + share * (high - low) : low * Math.pow(high / low, share);
      };

      const nearest = (numbers, value) => {
        let low = 0;
        let high = numbers.length - 1;
        while (high - low > 1) {
          const middle = (low + high) >> 1;
          if (numbers[middle] < value) low = middle; else high = middle;
        }
        return value - numbers[low] <= numbers[high] - value ? low : high;
      };

      // One panel of a drawing: a slider over its plot, a line at the chosen step, and a table of the values there.
      const readPanel = (stage, data, panel, state) => {
        const curves = panel.series.filter((one) => one.style !== "reference" && one.x.length > 1);
        const ours = curves.filter((one) => one.style !== "paper");
        const steps = [...new Set(ours.flatMap((one) => one.x))].filter((x) => x !== null).sort((a, b) => a - b);
        if (!panel.x || !panel.y || steps.length < 2) return;

        const percent = (part, whole) => `${(100 * part) / whole}%`;
        const slider = element("div", { className: "slider", tabIndex: 0 }, stage);
        Object.assign(slider.style, {
          left: percent(panel.plot.x, data.width), width: percent(panel.plot.width, data.width),
          top: percent(panel.plot.y, data.height), height: percent(panel.plot.height, data.height),
        });
        const name = panel.x.title || "x";
        slider.setAttribute("role", "slider");
        slider.setAttribute("aria-label", `${name}${panel.title ? ` in ${panel.title}` : ""}: values`);
        slider.setAttribute("aria-valuemin", steps[0]);
        slider.setAttribute("aria-valuemax", steps[steps.length - 1]);
        const line = element("div", { className: "line", hidden: true }, slider);
        const dots = ours.map(() => element("i", { className: "dot", hidden: true }, slider));
        const box = element("div", { className: "readout", hidden: true }, stage);
        box.setAttribute("aria-hidden", "true");
        let position = steps.length - 1;

        const at = (curve, step, exactly) => {
          const index = nearest(curve.x, step);
          const gap = curve.x.length > 1 ? Math.abs(curve.x[1] - curve.x[0]) : 1;
          return Math.abs(curve.x[index] - step) <= (exactly ? 1e-9 : gap) ? index : -1;
        };

        const swatch = (curve) =>
          `<svg class="plot swatch" width="14" height="8" aria-hidden="true"><path class="s-${curve.colour}" d="M0 4H14" stroke-width="3"/></svg>`;

        const describe = () => {
          const step = steps[position];
          const rows = [];
          ours.forEach((curve, number) => {
            const index = at(curve, step, true);
            const value = index < 0 ? null : curve.y[index];
            const axis = state.scale && panel.otherY && panel.otherY.scale === state.scale ? panel.otherY : panel.y;
            const height = value === null ? NaN : fraction(axis, value);
            const dot = dots[number];
            dot.hidden = !(height >= 0 && height <= 1);
            if (!dot.hidden) Object.assign(dot.style, { left: percent(fraction(panel.x, step), 1), bottom: percent(height, 1) });
            if (value === null) return;
            const paper = state.paper && curves.find((one) => one.style === "paper" && one.name === curve.name);
            const there = paper ? at(paper, step, false) : -1;
            const half = curve.upper && curve.upper[index] !== null ? curve.upper[index] - value : null;
            rows.push({ curve, value, half, paper: there < 0 ? null : paper.y[there] });
          });
          rows.sort((a, b) => b.value - a.value);
          line.style.left = percent(fraction(panel.x, step), 1);
          slider.setAttribute("aria-valuenow", step);
          slider.setAttribute("aria-valuetext", `${name} ${text(step)}: ${rows.map((row) =>
            `${row.curve.name} ${text(row.value)}${row.paper === null ? "" : `, paper ${text(row.paper)}`}`).join("; ")}`);
          const withPaper = rows.some((row) => row.paper !== null);
          const table = element("table");
          element("caption", { textContent: `${name} ${text(step)}` }, table);
          if (withPaper) {
            const head = element("tr", {}, table);
            for (const word of ["", "ours", "", "paper"]) element("td", { textContent: word }, head);
          }
          for (const row of rows) {
            const line = element("tr", {}, table);
            const first = element("td", { innerHTML: swatch(row.curve) }, line);
            first.append(row.curve.name);
            element("td", { textContent: text(row.value) }, line);
            element("td", { textContent: row.half === null ? "" : `± ${+row.half.toPrecision(2)}` }, line);
            if (withPaper) element("td", { textContent: row.paper === null ? "" : text(row.paper) }, line);
          }
          box.replaceChildren(table);
          const right = fraction(panel.x, step) > 0.5;
          const x = panel.plot.x + fraction(panel.x, step) * panel.plot.width;
          box.style.top = percent(panel.plot.y, data.height);
          box.style.left = right ? "" : `calc(${percent(x, data.width)} + .8rem)`;
          box.style.right = right ? `calc(${percent(data.width - x, data.width)} + .8rem)` : "";
        };

        const show = () => { describe(); line.hidden = box.hidden = false; };
        const hide = () => { line.hidden = box.hidden = true; dots.forEach((dot) => { dot.hidden = true; }); };
        const follow = (event) => {
          const frame = slider.getBoundingClientRect();
          const share = Math.min(1, Math.max(0, (event.clientX - frame.left) / frame.width));
          position = nearest(steps, valueAt(panel.x, share));
          show();
        };
        const moves = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity };
        slider.addEventListener("keydown", (event) => {
          if (event.key === "Escape") { hide(); return; }
          if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          position = Math.min(steps.length - 1, Math.max(0, position + moves[event.key]));
          show();
        });
        slider.addEventListener("pointermove", follow);
        slider.addEventListener("pointerdown", follow);
        slider.addEventListener("pointerleave", () => { if (document.activeElement !== slider) hide(); });
        slider.addEventListener("focus", show);
        slider.addEventListener("blur", hide);
        describe();
        hide();
        state.redraw.push(() => { if (!box.hidden) describe(); });
      };

      const addSwitches = (figure, drawings, state) => {
        const hasPaper = figure.querySelector(".paper");
        const hidden = figure.querySelector("g.scale[display=none]");
        if (!hasPaper && !hidden && !state.redraw.length) return;
        const tools = element("div", { className: "tools" });
        if (hasPaper) {
          const label = element("label", {}, tools);
          const box = element("input", { type: "checkbox", checked: true }, label);
          label.append("the paper’s curves");
          box.addEventListener("change", () => {
            state.paper = box.checked;
            figure.classList.toggle("without-paper", !box.checked);
            state.redraw.forEach((redraw) => redraw());
          });
        }
        if (hidden) {
          const label = element("label", {}, tools);
          const box = element("input", { type: "checkbox" }, label);
          state.scale = hidden.parentNode.querySelector("g.scale:not([display=none])").dataset.scale;
          box.checked = state.scale === "log";
          label.append("logarithmic axis");
          box.addEventListener("change", () => {
            state.scale = box.checked ? "log" : "linear";
            for (const panel of figure.querySelectorAll("g.panel")) {
              const scales = [...panel.querySelectorAll("g.scale")];
              if (!scales.some((scale) => scale.dataset.scale === state.scale)) continue;
              for (const scale of scales) {
                if (scale.dataset.scale === state.scale) scale.removeAttribute("display"); else scale.setAttribute("display", "none");
              }
            }
            state.redraw.forEach((redraw) => redraw());
          });
        }
        if (state.redraw.length) {
          element("span", { className: "hint", textContent: "Point at a panel for its values, or focus it and use the arrow keys." }, tools);
        }
        drawings[drawings.length - 1].after(tools);
      };

      // On paper, figures are drawn for light ground whatever the screen's theme.
      addEventListener("beforeprint", () => { document.documentElement.dataset.theme = "light"; });
      addEventListener("afterprint", () => { delete document.documentElement.dataset.theme; });

      for (const figure of document.querySelectorAll("main figure")) {
        const drawings = [...figure.querySelectorAll(".drawing")];
        const state = { paper: true, scale: null, redraw: [] };
        let wide = null;
        for (const drawing of drawings) {
          const source = drawing.querySelector("script[type='application/json']");
          const svg = drawing.querySelector("svg");
          if (!source || !svg) continue;
          const data = JSON.parse(source.textContent);
          // The drawing for narrow screens shows the numbers of the wide one.
          wide ??= data;
          data.panels.forEach((panel, index) => { panel.series ??= wide.panels[index].series; });
          // The browser would show the title as a tooltip over the values.
          const title = svg.querySelector(":scope > title");
          if (title) { svg.setAttribute("aria-label", title.textContent); title.remove(); }
          const stage = element("div", { className: "stage" });
          stage.style.maxWidth = `${data.width}px`;
          svg.replaceWith(stage);
          stage.append(svg);
          data.panels.forEach((panel) => readPanel(stage, data, panel, state));
        }
        if (drawings.length) addSwitches(figure, drawings, state);
      }

      // Photograph and painting over each other. Their border follows the range, and a pointer on the pictures.
      for (const compare of document.querySelectorAll(".compare")) {
        const range = compare.querySelector("input");
        const pair = compare.querySelector(".pair");
        const show = () => compare.style.setProperty("--share", `${range.value}%`);
        range.addEventListener("input", show);
        const follow = (event) => {
          if (event.type === "pointermove" && event.buttons === 0) return;
          const frame = pair.getBoundingClientRect();
          range.value = (100 * (event.clientX - frame.left)) / frame.width;
          show();
        };
        pair.addEventListener("pointerdown", (event) => { event.preventDefault(); pair.setPointerCapture(event.pointerId); follow(event); });
        pair.addEventListener("pointermove", follow);
        compare.hidden = false;
        show();
      }

      // Escape closes a picture that is shown large.
      addEventListener("keydown", (event) => {
        const open = event.key === "Escape" && document.querySelector(".enlarged:target a");
        if (open) open.click();
      });
    })();

    """#
}

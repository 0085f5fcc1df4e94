/// How pages look. Every page carries it within itself, so that it can be read from a file and sent on.
///
/// (A string, since an embedded resource is an array of numbers, which takes seconds to compile.)
enum PageStyle {
  static let css = #"""
    :root {
      color-scheme: light dark;
      --ground: #ffffff; --raised: #f6f7f9; --ink: #1a1a1a; --muted: #595959; --rule: #dcdfe4; --link: #0068a3;
      --good: #007a58; --good-ground: #e6f4ef; --bad: #b34f00; --bad-ground: #fdf0e6; --mark: #fff3c4;
      --keyword: #a3467a; --string: #007a58; --type: #0068a3; --number: #8f6300;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #16181d; --raised: #1f2229; --ink: #ececec; --muted: #a8acb3; --rule: #353a43; --link: #6cb6e4;
        --good: #3cc9a2; --good-ground: #14302a; --bad: #f08c4c; --bad-ground: #3a2413; --mark: #4a3f12;
        --keyword: #e2a6c7; --string: #3cc9a2; --type: #6cb6e4; --number: #f0b030;
      }
    }
    *, ::before, ::after { box-sizing: border-box; }
    html { font: 100%/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif;
      text-size-adjust: 100%; -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
    body { margin: 0; padding: 0 max(1rem, env(safe-area-inset-left)); background: var(--ground); color: var(--ink); }
    .top, .contents, main, footer { max-width: 46rem; margin-inline: auto; }
    a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: .06em; }
    a:hover { text-decoration-thickness: .12em; }
    :focus-visible { outline: .15rem solid var(--link); outline-offset: .15rem; border-radius: .15rem; }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

    .top { padding-top: 1.5rem; }
    .back { margin: 0 0 1.5rem; font-size: .9rem; }
    h1 { font-size: clamp(1.7rem, 1.2rem + 2.4vw, 2.5rem); line-height: 1.15; letter-spacing: -.015em; margin: 0 0 1rem; text-wrap: balance; }
    .eyebrow { display: block; font-size: .95rem; font-weight: 600; letter-spacing: .02em; color: var(--muted); margin-bottom: .6rem; }
    .top > p { font-size: 1.1rem; }
    .top .facts { font-size: .88rem; color: var(--muted); }
    h2 { font-size: 1.4rem; line-height: 1.25; letter-spacing: -.01em; margin: 3rem 0 1rem; }
    h3 { font-size: 1.12rem; line-height: 1.3; margin: 2rem 0 .6rem; }
    h4 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
    p { margin: 0 0 1rem; text-wrap: pretty; }
    small { font-size: .85em; color: var(--muted); }
    .note { color: var(--muted); font-size: .9rem; }
    code, pre, samp { font-family: ui-monospace, "SF Mono", "Cascadia Code", Menlo, "DejaVu Sans Mono", Consolas, monospace; font-size: .875em; }
    p code, li code, dd code, td code { background: var(--raised); border-radius: .25rem; padding: .1em .3em; overflow-wrap: anywhere; }
    pre { background: var(--raised); border-radius: .5rem; padding: .8rem 1rem; overflow-x: auto; line-height: 1.5; margin: 0 0 1rem; tab-size: 2; }
    pre.output { background: none; border-left: .2rem solid var(--rule); border-radius: 0; padding: .1rem 1rem; }
    math { font-size: 1.08em; }
    math[display="block"] { margin: 1rem 0; overflow-x: auto; overflow-y: hidden; }

    .contents { border-block: 1px solid var(--rule); margin-top: 1.5rem; padding: .6rem 0; font-size: .88rem; }
    .contents ul { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; margin: 0; padding: 0; list-style: none; }
    .contents a { text-decoration: none; }
    .contents a:hover { text-decoration: underline; }

    .verdict { display: inline-block; font-size: .8rem; font-weight: 650; line-height: 1; padding: .32em .6em .36em; border-radius: 1em; white-space: nowrap; margin-right: .35em; vertical-align: .1em; }
    .verdict.holds { color: var(--good); background: var(--good-ground); }
    .verdict.fails { color: var(--bad); background: var(--bad-ground); }
    .verdict.holds::before { content: "✓ "; content: "✓ " / ""; }
    .verdict.fails::before { content: "✗ "; content: "✗ " / ""; }
    .score { font-size: 1.1rem; }
    .score strong { font-size: 1.5em; letter-spacing: -.02em; }
    .claims { list-style: none; margin: 0; padding: 0; }
    .claims > li { border-top: 1px solid var(--rule); padding: 1rem 0; }
    .claims > li:last-child { border-bottom: 1px solid var(--rule); }
    .claims .statement { font-weight: 600; margin: 0 0 .5rem; }
    .claims dl { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem 1.5rem; margin: 0; font-size: .92rem; }
    .claims dt { font-size: .8rem; color: var(--muted); }
    .claims dd { margin: 0; }
    .claims .value { font-size: 1.15em; font-variant-numeric: tabular-nums; }
    .claims .interval { color: var(--muted); white-space: nowrap; }
    .claims .note { margin: .5rem 0 0; }
    .warning, .missing { border-left: .25rem solid var(--bad); background: var(--bad-ground); padding: .6rem 1rem; border-radius: 0 .4rem .4rem 0; font-size: .95rem; overflow-wrap: anywhere; }

    figure { margin: 1.5rem 0; }
    .wide { width: min(68rem, 100vw - 2rem); margin-left: calc(50% - min(34rem, 50vw - 1rem)); }
    figcaption { max-width: 46rem; margin: .6rem auto 0; font-size: .9rem; color: var(--muted); }
    figure img, figure svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
    .drawing { position: relative; }
    .tools { max-width: 46rem; margin: .4rem auto 0; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; align-items: center; font-size: .88rem; }
    .tools label { display: inline-flex; align-items: center; gap: .4em; cursor: pointer; min-height: 1.9rem; }
    .tools input { width: 1.05rem; height: 1.05rem; margin: 0; accent-color: var(--link); }
    .tools .hint { color: var(--muted); }

    .scrolls { position: relative; overflow-x: auto; margin: 0 0 1rem; }
    table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; min-width: min(100%, 24rem); }
    caption { text-align: left; color: var(--muted); font-size: .9rem; padding-bottom: .4rem; }
    th, td { padding: .35rem .9rem .35rem 0; text-align: left; vertical-align: top; }
    thead th, thead td { border-bottom: 1px solid var(--ink); font-weight: 600; vertical-align: bottom; }
    tbody td, tbody th { border-bottom: 1px solid var(--rule); font-weight: normal; }
    .number { text-align: right; white-space: nowrap; }
    .centred { text-align: center; }
    .numbers { width: 100%; }
    .numbers td { white-space: nowrap; }
    .numbers th[scope="rowgroup"] { font-weight: 600; }
    .numbers .best { font-weight: 650; }
    .numbers .best th[scope="row"] { font-weight: 650; }
    .chosen { background: var(--mark); }

    dl.deviations dt { font-weight: 600; margin-top: .9rem; }
    dl.deviations dd { margin: .1rem 0 0; color: var(--muted); }
    details { margin: 0 0 1rem; }
    summary { cursor: pointer; color: var(--link); min-height: 1.6rem; }
    details > summary + * { margin-top: .6rem; }
    details.code > summary { font-size: .85rem; color: var(--muted); }
    .keyword { color: var(--keyword); } .string { color: var(--string); } .type { color: var(--type); }
    .code .number, pre .number { color: var(--number); } .comment { color: var(--muted); }
    .files { padding-left: 1.2rem; columns: 2 16rem; }
    .checked { margin: .4rem 0; }
    footer { border-top: 1px solid var(--rule); margin-block: 3rem 2rem; padding-top: 1rem; font-size: .88rem; color: var(--muted); }

    .stage { position: relative; margin: 0 auto; }
    .stage svg { width: 100%; }
    .drawing.small { display: none; }
    .without-paper .paper { display: none; }
    .plot { --plot-ground: transparent; }
    .slider { position: absolute; cursor: crosshair; touch-action: pan-y; }
    .slider .line { position: absolute; top: 0; bottom: 0; width: 1px; background: var(--muted); }
    .slider .dot { position: absolute; width: .5rem; height: .5rem; margin: 0 0 -.25rem -.25rem; border-radius: 50%; border: .12rem solid var(--ink); background: var(--ground); }
    .readout { position: absolute; z-index: 2; pointer-events: none; background: var(--ground); border: 1px solid var(--rule); border-radius: .4rem; box-shadow: 0 .2rem .8rem rgb(0 0 0 / .18); padding: .4rem .6rem; font-size: .8rem; line-height: 1.35; }
    .readout table { min-width: 0; font-size: inherit; }
    .readout caption { color: var(--ink); font-weight: 600; padding: 0 0 .2rem; font-size: inherit; white-space: nowrap; }
    .readout td { border: 0; padding: 0 0 0 .7rem; text-align: right; white-space: nowrap; }
    .readout td:first-child { padding-left: 0; text-align: left; }
    .readout td:nth-child(3), .readout td:nth-child(4) { color: var(--muted); }
    .swatch { display: inline-block !important; vertical-align: .05em; margin: 0 .45em 0 0 !important; width: 14px !important; }
    [hidden] { display: none !important; }

    .triple { border-top: 1px solid var(--rule); padding: 1.2rem 0 .6rem; margin-bottom: 1rem; }
    .triple:target { scroll-margin-top: 1rem; }
    .triple h3 { margin: 0 0 .8rem; }
    .triple .table, .triple details, .triple .scrolls { margin-bottom: .8rem; }
    .trio { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: clamp(.4rem, 1.5vw, 1.2rem); margin-bottom: 1rem; }
    .trio figure { margin: 0; }
    .trio img { width: 100%; height: auto; border-radius: .3rem; }
    .trio a { display: block; cursor: zoom-in; }
    .trio figcaption { text-align: center; margin-top: .3rem; }
    .compare { max-width: 24rem; margin: 0 auto 1rem; --share: 50%; }
    .compare .pair { position: relative; touch-action: none; cursor: ew-resize; }
    .compare img { display: block; width: 100%; height: auto; border-radius: .3rem; user-select: none; }
    .compare .over { position: absolute; inset: 0; clip-path: inset(0 calc(100% - var(--share)) 0 0); }
    .compare .pair::after { content: ""; position: absolute; top: 0; bottom: 0; left: calc(var(--share) - 1px); width: 2px; background: #fff; box-shadow: 0 0 .2rem #000; pointer-events: none; }
    .compare label { display: flex; align-items: center; gap: .7rem; font-size: .88rem; color: var(--muted); min-height: 2.4rem; }
    .compare input { flex: 1; min-width: 0; accent-color: var(--link); height: 1.6rem; }
    .reel { width: max-content; }
    .reel img { display: block; width: calc(var(--frames) * 5.5rem); height: auto; }
    .reel p { position: sticky; left: 0; width: max-content; margin: .3rem 0 .1rem; font-size: .85rem; font-weight: 600; }
    .reel .steps { display: grid; grid-template-columns: repeat(var(--frames), 5.5rem); font-size: .8rem; color: var(--muted); text-align: center; font-variant-numeric: tabular-nums; }
    .enlarged { display: none; }
    .enlarged:target { position: fixed; inset: 0; z-index: 10; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: .6rem; padding: 1rem; background: var(--ground); }
    .enlarged a { cursor: zoom-out; }
    .enlarged img { display: block; width: 92vw; height: 84vh; object-fit: contain; }
    .enlarged p { margin: 0; }

    .scorecard h2 { font-size: 1.25rem; font-weight: 500; margin-top: 2rem; }
    .scorecard h2 strong { font-size: 1.6em; font-weight: 700; letter-spacing: -.02em; white-space: nowrap; }
    .squares { display: flex; flex-wrap: wrap; gap: .3rem; list-style: none; margin: 0 0 1rem; padding: 0; }
    .squares a { display: grid; place-items: center; width: 1.75rem; height: 1.75rem; border-radius: .3rem; text-decoration: none; font-weight: 700; font-size: .95rem; position: relative; }
    .squares .holds { background: var(--good-ground); color: var(--good); }
    .squares .fails { background: var(--bad-ground); color: var(--bad); }
    .squares .holds::before { content: "✓"; content: "✓" / ""; }
    .squares .fails::before { content: "✗"; content: "✗" / ""; }
    .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1.25rem; list-style: none; padding: 0; margin-block: 0; }
    .card { position: relative; display: flex; flex-direction: column; border: 1px solid var(--rule); border-radius: .7rem; overflow: hidden; background: var(--ground); }
    .card:hover { border-color: var(--link); }
    .card .picture { border-bottom: 1px solid var(--rule); }
    .card .picture svg { width: 100%; height: auto; display: block; }
    .card .picture img { width: 100%; aspect-ratio: 4 / 3; object-fit: cover; object-position: top; display: block; }
    .card .text { padding: .9rem 1.1rem 1rem; display: flex; flex-direction: column; flex: 1; }
    .card .eyebrow { font-size: .8rem; margin: 0 0 .1rem; }
    .card h3 { margin: 0 0 .4rem; font-size: 1.1rem; text-wrap: balance; }
    .card h3 a { color: inherit; text-decoration: none; }
    .card h3 a::after { content: ""; position: absolute; inset: 0; }
    .card h3 a:focus-visible { outline: none; }
    .card:has(h3 a:focus-visible) { outline: .15rem solid var(--link); outline-offset: .15rem; }
    .tally { font-size: .9rem; font-weight: 600; margin: 0 0 .3rem; }
    .verdicts { list-style: none; margin: 0 0 .8rem; padding: 0; font-size: .88rem; line-height: 1.4; }
    .verdicts li { padding-left: 1.3em; text-indent: -1.3em; margin: .15rem 0; }
    .verdicts .holds::before { content: "✓"; content: "✓" / ""; color: var(--good); font-weight: 700; display: inline-block; width: 1.3em; text-indent: 0; }
    .verdicts .fails::before { content: "✗"; content: "✗" / ""; color: var(--bad); font-weight: 700; display: inline-block; width: 1.3em; text-indent: 0; }
    .badge { align-self: start; font-size: .8rem; font-weight: 600; color: var(--bad); background: var(--bad-ground); border-radius: 1em; padding: .1em .7em; margin: 0 0 .6rem; }
    .card .missing { font-size: .82rem; padding: .3rem .6rem; margin: 0 0 .6rem; }
    .card .facts { margin: auto 0 0; font-size: .8rem; color: var(--muted); }

    @media (max-width: 40rem) {
      .trio { margin-inline: -.6rem; gap: .25rem; }
      .drawing.large { display: none; }
      .drawing.small { display: block; }
      .claims dl { grid-template-columns: 1fr; }
      h2 { margin-top: 2.4rem; }
      th, td { padding-right: .6rem; }
    }
    @media print {
      :root { --ground: #fff; --raised: #fff; --ink: #000; --muted: #444; --rule: #bbb; --link: #000; color-scheme: light; }
      html { font-size: 10pt; }
      .contents, .tools, .back, .compare, .enlarged { display: none; }
      .wide { width: 100%; margin-left: 0; }
      .drawing.large { display: block; }
      .drawing.small { display: none; }
      figure, .claims > li, tr, .card { break-inside: avoid; }
      h2, h3 { break-after: avoid; }
      pre { white-space: pre-wrap; border: 1px solid var(--rule); }
      .scrolls { overflow: visible; }
    }
    @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }

    """#
}

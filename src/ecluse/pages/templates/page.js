"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const narrow = matchMedia("(max-width: 44rem)");

function look() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  return { ink: colour("--ink"), soft: colour("--soft"), line: colour("--line"), grey: colour("--grey"),
    accent: colour("--accent"), before: colour("--before"), card: colour("--card"),
    font: getComputedStyle(document.body).fontFamily };
}

function layout(is, more) {
  return { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { family: is.font, size: 12, color: is.soft },
    margin: { l: 52, r: 10, t: 10, b: 40 }, dragmode: false, showlegend: false,
    hoverlabel: { bgcolor: is.card, bordercolor: is.line, font: { family: is.font, size: 12, color: is.ink } }, ...more };
}

function axis(is, more) {
  return { gridcolor: is.line, linecolor: is.grey, zeroline: false, fixedrange: true, ticks: "", automargin: false, ...more };
}

const CONFIG = { displayModeBar: false, responsive: true, showTips: false };

/* Ticks of a logarithmic axis: powers of ten, thinned to what fits, or 1, 2, 5 where there are too few. */
function decades(low, high, most) {
  const from = Math.floor(Math.log10(low)), to = Math.ceil(Math.log10(high)), step = Math.max(1, Math.ceil((to - from) / most));
  const within = high / low < 40 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let k = from; k <= to; k += step) within.forEach((first) => ticks.push(first * Math.pow(10, k)));
  return ticks;
}

const short = (x) => x >= 1e6 ? x / 1e6 + " M" : x >= 1e4 ? x / 1e3 + " k" : x >= 1 ? x.toLocaleString("en") : String(+x.toPrecision(2));

function redraw(draw) {
  draw();
  dark.addEventListener("change", draw);
  narrow.addEventListener("change", draw);
}

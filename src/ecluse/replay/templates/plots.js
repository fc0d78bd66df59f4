/* Labels of limits stand in rows where curves leave room, at the bottom if they rise, else at the top: each in the first row
   where it touches no other. */
const LETTER_PX = 6.4, ROW_PX = 15;
function labelled(is, limits, fraction, width, bottom) {
  const rows = [];
  return limits.map(({ x, at, text, color }) => {
    const length = text.length * LETTER_PX + 8, edge = fraction(x) * width;
    const right = edge + length > width, from = right ? edge - length : edge, to = from + length;
    let row = rows.findIndex((taken) => taken.every(([a, b]) => to < a || b < from));
    if (row < 0) row = rows.push([]) - 1;
    rows[row].push([from, to]);
    return { x: at, y: bottom ? 0 : 1, yref: "paper", xanchor: right ? "right" : "left", yanchor: bottom ? "bottom" : "top",
      yshift: (bottom ? 1 : -1) * ROW_PX * row, showarrow: false,
      xshift: right ? -2 : 2, borderpad: 1, bgcolor: is.card, text: text, font: { color: color, size: 11.5 } };
  });
}
const percent = (y) => +(100 * y).toPrecision(2) + " %";

/* Whose limits these are, where terms are compared, and their colour: A's alone have one of their own. */
const sides = (limits) => ["A", "B"].filter((side) => limits.some((l) => l.of.includes(side))).join("");
const hue = (is, limits) => sides(limits) === "A" ? is.before : sides(limits) === "AB" ? is.soft : is.accent;

function drawChart(is, chart) {
  const place = document.getElementById("chart-" + chart.id);
  const several = chart.curves.length > 1, order = ["1m", "1h", "24h", "30d", ""];
  const shade = { "1m": 0.3, "1h": 0.5, "24h": 0.75, "30d": 1, "": 1 };
  const xs = chart.curves.flatMap((c) => c.x).concat(chart.limits.map((l) => l.x).filter((x) => x > 0 || !chart.log_x));
  const ys = chart.curves.flatMap((c) => c.y);
  const low = Math.min(...xs), high = Math.max(...xs), least = Math.min(...ys.filter((y) => y > 0), 0.5);
  const traces = chart.curves.map((curve) => ({ type: "scatter", mode: "lines", x: curve.x, y: curve.y,
    name: curve.window || chart.id, opacity: shade[curve.window], line: { color: is.ink, width: 1.8, shape: chart.rising ? "hv" : "vh" },
    hovertemplate: (curve.window ? curve.window + ": " : "") + "%{y:.3~p} of accounts at " + (chart.rising ? "most" : "least") + " %{x:,.4~g}<extra></extra>" }));
  traces.forEach((trace) => { if (trace.x.length === 1) trace.mode = "lines+markers"; });
  const met = chart.limits.filter((l) => l.share > 0 && (l.x > 0 || !chart.log_x));
  traces.push({ type: "scatter", mode: "markers", showlegend: false, x: met.map((l) => l.x), y: met.map((l) => l.share), cliponaxis: false,
    marker: { color: met.map((l) => hue(is, [l])), size: 8, line: { color: is.card, width: 1.5 } },
    text: met.map((l) => l.condition + "<br>" + l.beyond), hovertemplate: "%{text}<extra></extra>" });
  const room = chart.log_x ? Math.log10(high / low) || 1 : 1;
  const range = chart.log_x ? [Math.log10(low) - 0.03 * room, Math.log10(high) + 0.06 * room] : [-0.02, 1.02];
  const at = (x) => chart.log_x ? Math.log10(x) : x;
  const lines = [...new Set(chart.limits.map((l) => l.x))].filter((x) => x > 0 || !chart.log_x).sort((a, b) => a - b);
  const said = lines.map((x) => {
    const windows = order.filter((w) => w && chart.limits.some((l) => l.x === x && l.window === w));
    const here = chart.limits.filter((l) => l.x === x), of = sides(here);
    return { x: x, at: at(x), color: hue(is, here),
      text: (of.length === 1 ? of + ": " : "") + (chart.log_x ? short(x) : percent(x)) + (windows.length ? " in " + windows.join(", ") : "") };
  });
  const margin = { l: narrow.matches ? 46 : 66, r: 14, t: several ? 30 : 14, b: 42 };
  const labels = labelled(is, said, (x) => (at(x) - range[0]) / (range[1] - range[0]), place.clientWidth - margin.l - margin.r, chart.rising);
  const xticks = chart.log_x ? decades(low, high, narrow.matches ? 5 : 7) : undefined;
  const yticks = chart.log_y ? decades(least, 1, 5) : undefined;
  Plotly.react(place, traces, layout(is, {
    hovermode: "closest", showlegend: several, legend: { orientation: "h", x: 1, xanchor: "right", y: 1.02, yanchor: "bottom", font: { size: 11.5 }, entrywidth: narrow.matches ? 18 : 28, itemclick: false, itemdoubleclick: false },
    margin: margin,
    shapes: said.map(({ x, color }) => ({ type: "line", xref: "x", yref: "paper", x0: x, x1: x, y0: 0, y1: 1, line: { color: color, width: 1.2, dash: "4px,3px" } })),
    annotations: labels,
    xaxis: axis(is, { type: chart.log_x ? "log" : "linear", showgrid: false, showline: true, tickvals: xticks,
      ticktext: xticks && xticks.map(short), tickformat: chart.log_x ? undefined : "~%",
      range: range,
      title: { text: chart.unit + ", " + chart.what, font: { size: 12, color: is.soft }, standoff: 6 } }),
    yaxis: axis(is, { title: narrow.matches ? undefined : { text: "accounts at or " + (chart.rising ? "below" : "above"), font: { size: 12, color: is.soft }, standoff: 4 },
      type: chart.log_y ? "log" : "linear", tickvals: yticks, ticktext: yticks && yticks.map(percent),
      tickformat: chart.log_y ? undefined : "~%", range: chart.log_y ? [Math.log10(least) - 0.15, 0.04] : [0, 1.02] }),
  }), CONFIG);
}

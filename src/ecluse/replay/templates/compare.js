const [nameA, nameB] = ["A", "B"].map((letter, k) => letter + ", " + data.names[k].replace(/ \([AB]\)$/, ""));
const titled = (is, text) => ({ text: text, font: { size: 12, color: is.soft }, standoff: 8 });
const across = { orientation: "h", x: 1, xanchor: "right", y: 1.02, yanchor: "bottom", font: { size: 11.5 }, itemclick: false, itemdoubleclick: false };

function drawTimeline(is) {
  const time = data.timeline, place = document.getElementById("timeline");
  if (!place) return;
  const middle = time.starts.map((start) => new Date(start + time.width / 2).toISOString());
  const end = time.starts[time.starts.length - 1] + time.width;
  const line = (counts, name, color) => ({ type: "scatter", mode: "lines", x: middle, y: counts, name: name,
    line: { color: color, width: 1.6, shape: "hvh" }, hovertemplate: "%{y:,} stopped by " + name + "<extra></extra>" });
  const bars = (counts, word, color, sign) => ({ type: "bar", x: middle, y: counts.map((n) => sign * n), customdata: counts, showlegend: false,
    name: word, width: time.width * 0.92, marker: { color: color, line: { width: 0 } }, yaxis: "y2", hovertemplate: "%{customdata:,} " + word + "<extra></extra>" });
  Plotly.react(place, [line(time.stopped[0], nameA, is.before), line(time.stopped[1], nameB, is.accent),
    bars(time.harder, "harder", is.accent, 1), bars(time.milder, "milder", is.before, -1)], layout(is, {
    barmode: "relative", hovermode: "x unified", bargap: 0, showlegend: true, legend: across,
    margin: { l: 54, r: 10, t: 30, b: 28 },
    xaxis: axis(is, { type: "date", showgrid: false, anchor: "y2", hoverformat: "%-d %b %Y, %H:%M",
      range: [new Date(time.starts[0]).toISOString(), new Date(end).toISOString()], nticks: narrow.matches ? 4 : 9 }),
    yaxis: axis(is, { domain: [0.47, 1], rangemode: "tozero", nticks: 5, tickformat: ",~s", title: titled(is, "stopped") }),
    yaxis2: axis(is, { domain: [0, 0.36], nticks: 4, tickformat: ",~s", zeroline: true, zerolinecolor: is.grey, title: titled(is, "otherwise") }),
  }), CONFIG);
}

function drawTouched(is) {
  const place = document.getElementById("touched"), time = data.timeline;
  if (!place) return;
  const end = time.starts[time.starts.length - 1] + time.width;
  const traces = data.touched.map((curve) => ({ type: "scatter", mode: "lines",
    x: [time.starts[0], ...curve.x, end].map((at) => new Date(at).toISOString()), y: [0, ...curve.y, curve.y[curve.y.length - 1] || 0],
    name: curve.side + ", " + (curve.ordinary ? "ordinary" : "bulk"),
    line: { color: curve.side === "A" ? is.before : is.accent, width: curve.ordinary ? 2.2 : 1.4, dash: curve.ordinary ? "solid" : "dot", shape: "hv" },
    hovertemplate: "%{y:,} " + (curve.ordinary ? "ordinary accounts" : "bulk senders") + " touched by " + curve.side + "<extra></extra>" }));
  Plotly.react(place, traces, layout(is, { hovermode: "x unified", showlegend: true, legend: across, margin: { l: 52, r: 14, t: 30, b: 30 },
    xaxis: axis(is, { type: "date", showgrid: false, showline: true, nticks: 5, hoverformat: "%-d %b %Y, %H:%M" }),
    yaxis: axis(is, { rangemode: "tozero", nticks: 5, tickformat: ",~s", title: titled(is, "accounts") }) }), CONFIG);
}

function drawReach(is) {
  const place = document.getElementById("reach");
  if (!place) return;
  const xs = data.reach.flatMap((curve) => curve.x).filter((x) => x > 0);
  if (!xs.length) { place.textContent = "Nobody was refused."; place.className = "note"; return; }
  const low = Math.min(...xs, 1), high = Math.max(...xs, 10), ticks = decades(low, high, 6);
  const traces = data.reach.map((curve, k) => ({ type: "scatter", mode: curve.x.length > 1 ? "lines" : "lines+markers",
    x: curve.x.map((x) => Math.max(x, low)), y: curve.y, name: "AB"[k],
    line: { color: k ? is.accent : is.before, width: 2, shape: "vh" }, hovertemplate: "%{y:,} accounts had reached at least %{x:,} people<extra>" + "AB"[k] + "</extra>" }));
  Plotly.react(place, traces, layout(is, { hovermode: "closest", showlegend: true, legend: across, margin: { l: 52, r: 14, t: 30, b: 42 },
    xaxis: axis(is, { type: "log", showgrid: false, showline: true, tickvals: ticks, ticktext: ticks.map(short),
      range: [Math.log10(low) - 0.03, Math.log10(high) + 0.1], title: titled(is, "people reached") }),
    yaxis: axis(is, { rangemode: "tozero", nticks: 5, tickformat: ",~s", title: titled(is, "accounts") }) }), CONFIG);
}

redraw(() => {
  const is = look();
  drawTimeline(is);
  drawTouched(is);
  drawReach(is);
  data.charts.forEach((chart) => drawChart(is, chart));
});

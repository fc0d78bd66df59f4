function drawPanel(is, panel, number) {
  const place = document.getElementById("panel-" + number);
  const shades = [is.grey, "#2f86a6", is.accent, "#8a63c4", "#4c9a3a", "#c2962a", "#c2507a", "#5b7bc0"];
  const xs = panel.lines.flatMap((line) => line.x);
  const title = (text) => ({ text: text, font: { size: 12, color: is.soft }, standoff: 6 });
  const traces = panel.lines.map((line, k) => ({ type: "scatter", mode: "lines", name: line.name, x: line.x, y: line.y,
    line: { color: shades[k % shades.length], width: 2 }, connectgaps: false,
    hovertemplate: (panel.shares ? "%{y:.1~%}" : "%{y:,.4~g}") + "<extra>" + line.name + "</extra>" }));
  const ticks = panel.log_x ? decades(Math.max(1, Math.min(...xs)), Math.max(...xs), 6) : undefined;
  Plotly.react(place, traces, layout(is, {
    hovermode: "x unified", showlegend: panel.lines.length > 1,
    legend: { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom", font: { size: 11.5 } },
    margin: { l: 58, r: 14, t: 34, b: 42 },
    xaxis: axis(is, { type: panel.log_x ? "log" : "linear", showgrid: false, showline: true, tickvals: ticks,
      ticktext: ticks && ticks.map(short), title: title(panel.x_label) }),
    yaxis: axis(is, { rangemode: "tozero", range: panel.shares ? [0, 1.02] : undefined,
      tickformat: panel.shares ? "~%" : ",~s", title: title(panel.y_label) }),
  }), CONFIG);
}

function draw() {
  const is = look();
  data.panels.forEach((panel, number) => drawPanel(is, panel, number));
}

draw();
dark.addEventListener("change", draw);
narrow.addEventListener("change", draw);

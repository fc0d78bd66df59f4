/* Each campaign: how its members grew, and what became of its messages once it was found. */
redraw(() => {
  const is = look();
  data.campaigns.forEach((one, k) => {
    const times = { xaxis: axis(is, { type: "date" }), yaxis: axis(is, { rangemode: "tozero" }) };
    const found = { type: "line", xref: "x", yref: "paper", x0: one.found, x1: one.found, y0: 0, y1: 1,
      line: { color: is.ink, width: 1, dash: "dot" } };
    Plotly.react("members-" + k, [{ x: one.joined, y: one.members, mode: "lines", line: { color: is.accent, shape: "hv" },
      hovertemplate: "%{y} members, %{x}<extra></extra>" }], layout(is, { ...times, shapes: [found],
      annotations: [{ x: one.found, y: 1, xref: "x", yref: "paper", text: "found", showarrow: false, xanchor: "left",
        xshift: 4, font: { color: is.soft } }] }), CONFIG);
    const bars = (y, color, name) => ({ type: "bar", x: one.starts, y, name, marker: { color },
      hovertemplate: "%{y} " + name + ", %{x}<extra></extra>" });
    Plotly.react("messages-" + k, [bars(one.passed, is.grey, "let through"), bars(one.held, is.accent, "held back")],
      layout(is, { ...times, barmode: "stack", bargap: 0.1 }), CONFIG);
  });
});

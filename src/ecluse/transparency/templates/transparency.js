const bare = (is, more) => layout(is, { margin: { l: 46, r: 12, t: 8, b: 36 }, ...more });

function sideways(is, id, rows, colours) {
  const place = document.getElementById(id);
  if (!place) return;
  const names = rows.map((row) => row[0]).reverse();
  const traces = colours.map((colour, k) => ({ type: "bar", orientation: "h", y: names, name: colour.name,
    x: rows.map((row) => row[k + 1]).reverse(), marker: { color: colour.of }, hovertemplate: "%{y}: %{x:,}<extra>" + colour.name + "</extra>" }));
  const longest = Math.max(4, ...names.map((name) => name.length));
  place.style.height = Math.max(7, 2.6 + 1.9 * names.length) + "rem";
  Plotly.react(place, traces, bare(is, { barmode: "stack", bargap: 0.35, margin: { l: Math.min(210, 12 + 7 * longest), r: 14, t: 8, b: 30 },
    xaxis: axis(is, { rangemode: "tozero", tickformat: ",~s", nticks: 5 }), yaxis: axis(is, { showgrid: false }) }), CONFIG);
}

function draw() {
  const is = look();
  Plotly.react("days", [{ type: "bar", x: data.days, y: data.decisions, marker: { color: is.accent }, hovertemplate: "%{x|%-d %b %Y}: %{y:,}<extra></extra>" }],
    bare(is, { bargap: data.days.length > 60 ? 0 : 0.25, xaxis: axis(is, { type: "date", showgrid: false, showline: true, tickformat: "%-d %b", nticks: narrow.matches ? 5 : 10 }),
      yaxis: axis(is, { rangemode: "tozero", tickformat: ",~s", nticks: 5 }) }), CONFIG);
  sideways(is, "rules", data.rules, [{ name: "stand", of: is.ink }, { name: "reversed", of: is.accent }]);
  sideways(is, "outcomes", data.outcomes, [{ name: "reports", of: is.ink }]);
  sideways(is, "funnel", data.funnel, [{ name: "reports", of: is.ink }]);
}
redraw(draw);

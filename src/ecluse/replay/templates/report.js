function drawTimeline(is) {
  const time = data.timeline, place = document.getElementById("timeline");
  if (!place || !time.starts.length) return;
  const middle = time.starts.map((start) => new Date(start + time.width / 2).toISOString());
  const bars = (counts, name, color, yaxis) => ({ type: "bar", x: middle, y: counts, name: name, width: time.width * 0.92,
    marker: { color: color, line: { width: 0 } }, yaxis: yaxis, hovertemplate: "%{y:,} " + name + "<extra></extra>" });
  const shades = [1, 0.6, 0.35], words = { refuse: "refused", drop_strangers: "kept from strangers", delay: "delayed" };
  const felt = time.felt.map((of, k) => ({ ...bars(of.counts, words[of.name], is.accent, "y2"), opacity: shades[k] }));
  const both = felt.length > 0, end = time.starts[time.starts.length - 1] + time.width;
  const title = (text) => ({ text: text, font: { size: 12, color: is.soft }, standoff: 8 });
  Plotly.react(place, [{ ...bars(time.events, "events", is.grey, "y"), showlegend: false }, ...felt], layout(is, {
    barmode: "stack", hovermode: "x unified", bargap: 0, showlegend: felt.length > 1,
    legend: { orientation: "h", x: 1, xanchor: "right", y: 0.345, yanchor: "bottom", traceorder: "normal", font: { size: 11.5 },
      itemclick: false, itemdoubleclick: false },
    margin: { l: 54, r: 10, t: 10, b: 28 },
    xaxis: axis(is, { type: "date", showgrid: false, anchor: both ? "y2" : "y", hoverformat: "%-d %b %Y, %H:%M",
      range: [new Date(time.starts[0]).toISOString(), new Date(end).toISOString()], nticks: narrow.matches ? 4 : 9 }),
    yaxis: axis(is, { domain: both ? [0.47, 1] : [0, 1], rangemode: "tozero", nticks: 5, tickformat: ",~s", title: title("events") }),
    yaxis2: axis(is, { domain: [0, 0.34], rangemode: "tozero", nticks: 4, tickformat: ",~s", title: title("stopped") }),
  }), CONFIG);
}

function draw() {
  const is = look();
  drawTimeline(is);
  data.charts.forEach((chart) => drawChart(is, chart));
}

redraw(draw);

"""A chart of lines over logarithmic axes, as SVG: legible on light and on dark pages."""

import math

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 110, 46, 52
COLOURS = {"l7route": "#d9480f", "nginx": "#2b8a3e", "haproxy": "#1864ab", "envoy": "#862e9c"}


def svg(lines, title="CPU time of a served request, last of N rules"):
    """`lines`: name -> {number of rules: microseconds}."""
    points = [(n, us) for values in lines.values() for n, us in values.items()]
    low_x, high_x = (f(n for n, _ in points) for f in (min, max))
    low_y = 10 ** math.floor(math.log10(min(us for _, us in points)))
    high_y = 10 ** math.ceil(math.log10(max(us for _, us in points)))

    def x(n):
        share = math.log10(n / low_x) / math.log10(high_x / low_x)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(us):
        share = math.log10(us / low_y) / math.log10(high_y / low_y)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="13">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="26" font-size="15" font-weight="600" fill="#212529">{title}</text>',
    ]
    tick = low_y
    while tick <= high_y * 1.01:
        parts.append(f'<path d="M{LEFT} {y(tick):.1f}H{WIDTH - RIGHT}" stroke="#dee2e6"/>')
        label = f"{tick:,.0f} µs" if tick < 1000 else f"{tick / 1000:,.0f} ms"
        parts.append(f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end" '
                     f'fill="#495057">{label}</text>')
        tick *= 10
    for n in sorted({n for n, _ in points}):
        parts.append(f'<text x="{x(n):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle" '
                     f'fill="#495057">{n:,}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle" '
                 'fill="#495057">rules</text>')
    labels = []
    for name, values in lines.items():
        if not values:
            continue
        colour = COLOURS.get(name, "#212529")
        places = [(x(n), y(us)) for n, us in sorted(values.items())]
        path = "L".join(f"{px:.1f} {py:.1f}" for px, py in places)
        width = 3 if name == "l7route" else 2
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>')
        parts += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.5" fill="{colour}"/>'
                  for px, py in places]
        labels.append([places[-1][1], places[-1][0], name, colour])
    # Names that would stand in each other's way move apart.
    labels.sort()
    for before, after in zip(labels, labels[1:]):
        if after[0] - before[0] < 16 and abs(after[1] - before[1]) < 80:
            after[0] = before[0] + 16
    for py, px, name, colour in labels:
        parts.append(f'<text x="{px + 10:.1f}" y="{py + 4:.1f}" font-weight="600" '
                     f'fill="{colour}">{name}</text>')
    return "\n".join(parts + ["</svg>"]) + "\n"

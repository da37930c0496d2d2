// stats.mjs: figures from runs, in the shape of bench/results.
export const median = (list) => percentile(list, 0.5)
export function percentile(list, p) {
  const sorted = [...list].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))]
}
const round = (x) => (Math.abs(x) >= 100 ? Math.round(x) : Math.round(x * 100) / 100)

/**
 * figure is one row of the results: the median of the runs against its gate.
 * @param {{id: string, name: string, unit: string, atMost: number, runs: number[], details?: Record<string, unknown>}} of
 */
export function figure({ id, name, unit, atMost, runs, details }) {
  const value = round(median(runs))
  return {
    id,
    name,
    value,
    unit,
    promise: `≤ ${atMost}`,
    met: value <= atMost,
    runs: runs.length,
    spread: `${round(Math.min(...runs))} – ${round(Math.max(...runs))}`,
    ...(details ? { details: Object.fromEntries(Object.entries(details).map(([k, v]) => [k, typeof v === 'number' ? round(v) : v])) } : {}),
    command: 'make bench-web',
  }
}

/** table prints the figures for people. */
export function table(figures) {
  const rows = figures.map((f) => [f.id, f.name, `${f.value} ${f.unit}`, f.promise, f.met ? 'met' : 'NOT MET', f.spread])
  rows.unshift(['id', 'what', 'value', 'promise', '', 'spread'])
  const width = (s) => [...s].reduce((n, c) => n + (c > '\u2e80' ? 2 : 1), 0)
  const widths = rows[0].map((_, i) => Math.max(...rows.map((r) => width(r[i]))))
  return rows.map((r) => r.map((c, i) => c + ' '.repeat(widths[i] - width(c))).join('  ').trimEnd()).join('\n')
}

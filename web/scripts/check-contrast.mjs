// check-contrast.mjs: text on its ground has a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3), symbols and edges 3:1 (1.4.11), in both themes.
import { readFileSync } from 'node:fs'

const css = readFileSync(new URL('../src/ui/tokens.css', import.meta.url), 'utf8')
const block = (selector) => {
  const at = css.indexOf(`${selector} {`)
  if (at < 0) throw new Error(`tokens.css has no ${selector}`)
  const body = css.slice(css.indexOf('{', at) + 1, css.indexOf('}', at))
  return new Map([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1], m[2].trim()]))
}
const light = block(':root')
const darkBySystem = block(':root:not([data-theme="light"])')
const darkByChoice = block(':root[data-theme="dark"]')

const problems = []
for (const [name, value] of darkBySystem)
  if (darkByChoice.get(name) !== value) problems.push(`--${name} differs between the two dark blocks`)
if (darkBySystem.size !== darkByChoice.size) problems.push('the two dark blocks do not have the same tokens')
for (const [name, value] of light) {
  if (/^#|^rgb/.test(value) && !darkBySystem.has(name) && !/^(avatar|picture)-/.test(name))
    problems.push(`--${name} has no dark value`)
}

const channel = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
const luminance = (hex) => {
  const n = Number.parseInt(hex.slice(1), 16)
  const [r, g, b] = [n >> 16, (n >> 8) & 255, n & 255].map((c) => channel(c / 255))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (a, b) => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p)
  return (x + 0.05) / (y + 0.05)
}

const grounds = [
  'surface-rail',
  'surface-list',
  'surface-panel',
  'surface-main',
  'surface-raised',
  'surface-sunken',
  'surface-hover',
  'surface-selected',
  'surface-row-hover',
  'surface-highlight',
]
const pairs = [
  ...grounds.flatMap((g) => ['text', 'text-soft', 'text-faint'].map((t) => [t, g, 4.5])),
  ...['text', 'text-soft'].map((t) => [t, 'surface-active', 4.5]),
  ...[
    'surface-list',
    'surface-panel',
    'surface-main',
    'surface-raised',
    'surface-row-hover',
    'surface-hover',
    'surface-selected',
    'accent-soft',
    'mention-soft',
  ].map((g) => ['accent-text', g, 4.5]),
  ...[
    'surface-list',
    'surface-panel',
    'surface-main',
    'surface-raised',
    'surface-hover',
    'danger-soft',
    'surface-row-hover',
    'surface-selected',
  ].map((g) => ['danger-text', g, 4.5]),
  ...['surface-main', 'surface-raised'].map((g) => ['success-text', g, 4.5]),
  ['warning-text', 'warning-soft', 4.5],
  ['mention-me-text', 'mention-me-soft', 4.5],
  ['text', 'code-ground', 4.5],
  ['text-on-tooltip', 'surface-tooltip', 4.5],
  ...['accent', 'accent-hover', 'accent-active', 'danger', 'danger-hover', 'badge', 'badge-muted'].map((g) => [
    'text-on-accent',
    g,
    4.5,
  ]),
  ...Array.from({ length: 10 }, (_, i) => ['avatar-text', `avatar-${i}`, 4.5]),
  ...['surface-rail', 'surface-list', 'surface-panel', 'surface-main', 'surface-raised'].map((g) => ['focus', g, 3]),
  ['line-strong', 'surface-main', 3],
  ['online', 'surface-main', 3],
  ['line-strong', 'surface-raised', 3],
]
for (const [theme, tokens] of [
  ['light', light],
  ['dark', new Map([...light, ...darkBySystem])],
]) {
  for (const [text, ground, least] of pairs) {
    const ratio = contrast(tokens.get(text), tokens.get(ground))
    if (ratio < least) problems.push(`${theme}: --${text} on --${ground} is ${ratio.toFixed(2)}:1, at least ${least}:1 is wanted`)
  }
}
if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exit(1)
}
console.log(`contrast: ${pairs.length} pairs in two themes hold`)
